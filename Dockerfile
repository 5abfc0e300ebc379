# Converge for production: one image, run as web process, worker, or migration (see compose.yaml).
FROM node:22.23.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install script: see allowScripts in package.json.
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npx prisma generate --no-hints && NODE_ENV=production npx remix vite:build
# The image has its Node, and the database is elsewhere: the pinned Node and the embedded Postgres,
# both optional packages, stay out with the development packages.
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:22.23.2-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=build /app/package.json /app/prisma.config.ts /app/shopify.app.toml ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/app ./app
COPY --from=build /app/public ./public
COPY --from=build /app/build ./build
USER node
EXPOSE 3000
# Node directly, without npm in between: signals reach the process, and it stops cleanly.
# The flags as in app/start/node-flags.mjs.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--v8-pool-size=1", "--no-parallel-scavenge"]
CMD ["app/server/main.ts"]
