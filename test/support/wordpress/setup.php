<?php
// usage: php setup.php FOLDER HOME. Installs WordPress and prints its users with their application passwords as JSON.
define('WP_INSTALLING', true);
[, $folder, $home] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($home, PHP_URL_HOST) . ':' . parse_url($home, PHP_URL_PORT);
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_URI'] = '/';
require $folder . '/www/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_false');
$password = wp_generate_password(20, false);
$installed = wp_install('Test site', 'administrator', 'administrator@example.org', true, '', $password);
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'Asia/Shanghai');
global $wp_rewrite;
$wp_rewrite->init();
$wp_rewrite->flush_rules(false);
$ids = ['administrator' => $installed['user_id']];
foreach (['author', 'contributor'] as $role) {
  $ids[$role] = wp_insert_user(['user_login' => $role, 'user_pass' => wp_generate_password(20, false), 'user_email' => "$role@example.org", 'role' => $role]);
}
foreach ($ids as $role => $id) {
  [$passwords[$role]] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'contenthub']);
}
echo json_encode(['version' => $GLOBALS['wp_version'], 'accountPassword' => $password, 'passwords' => $passwords]);
