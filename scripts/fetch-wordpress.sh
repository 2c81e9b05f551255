#!/usr/bin/env bash
# Unpacks Debian's WordPress into ~/.cache/contenthub/wordpress, for the tests of the WordPress channel. The package is not installed,
# because that would bring a web server. Needs php-cli, php-mysql, php-gd, php-mbstring, php-xml, php-curl, mariadb-server-core and
# mariadb-client-core beside it.
set -euo pipefail
folder=${TEST_WORDPRESS_DIR:-${HOME:?}/.cache/contenthub/wordpress}
[ ! -f "$folder/www/wp-load.php" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
download() { (cd "$work" && apt-get download -qq wordpress wordpress-theme-twentytwentythree); }
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo -n)
download || { "${as_root[@]}" apt-get update -qq && download; }
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/unpacked"; done
find "$work/unpacked/usr/share/wordpress" -xtype l -delete
mkdir -p "$folder"
rm -rf "$folder/www"
mv "$work/unpacked/usr/share/wordpress" "$folder/www"
