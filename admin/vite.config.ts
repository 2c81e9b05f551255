import { defineConfig } from 'vite';

const API = process.env.APP_SERVER ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/admin/',
  // The server replaces this word by a fresh nonce in every index.html that it sends (src/app/http/admin/serve-admin.ts).
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    cssTarget: 'chrome123',
    modulePreload: { polyfill: false },
    // Fonts and pictures stay files: a data: address would need an exception in the policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What changes with a dependency only is apart from what changes with every release.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'vendor', test: /node_modules/ },
          ],
        },
      },
    },
  },
  // Everything outside of /admin/ belongs to the API.
  server: { proxy: { '^/(?!admin/)': { target: API } } },
});
