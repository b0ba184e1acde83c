# syntax=docker/dockerfile:1
# The store in a container. The first stages build it, the last one holds what runs and nothing else.

ARG DEBIAN=bookworm

FROM node:22-${DEBIAN}-slim AS node

FROM rust:1.95-${DEBIAN} AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm

# The toolchain of this image, instead of whichever is the newest "stable" of rust-toolchain.toml today.
ENV RUSTUP_TOOLCHAIN=${RUST_VERSION}
RUN rustup target add wasm32-unknown-unknown

# xtask also looks for the servers a development store needs. Nothing here starts them, so their names are enough.
RUN ln -s /bin/true /usr/local/bin/mongod && ln -s /bin/true /usr/local/bin/redis-server

WORKDIR /src

# Before the sources, so that changing them does not build it again. Its version must be exactly the library's.
COPY .cargo .cargo
COPY Cargo.lock ./
RUN version="$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)" \
 && cargo install wasm-bindgen-cli --version "$version"

COPY . .
# The server by cargo; the browser module, the stylesheet and the static files by xtask, which also refuses a module
# or a stylesheet above its size limit.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    rm -rf target/site \
 && cargo build --release --locked --package cartwright --features cartwright/ssr \
 && (cargo xtask bench --gates || { tail -n 40 target/logs/*.log; exit 1; }) \
 && mkdir /out \
 && cp -r target/release/cartwright target/site Leptos.toml /out/

FROM debian:${DEBIAN}-slim
# The store shows times in its own time zone. Certificates it trusts are part of the binary.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tzdata \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin cartwright \
 && install -d -o cartwright -g cartwright /var/lib/cartwright/media
COPY --from=build /out /opt/cartwright

# The binary reads Leptos.toml from the folder it is started in.
WORKDIR /opt/cartwright
ENV LEPTOS_ENV=PROD \
    LEPTOS_SITE_ADDR=0.0.0.0:3000 \
    LEPTOS_SITE_ROOT=/opt/cartwright/site \
    CARTWRIGHT_MEDIA_DIR=/var/lib/cartwright/media
USER 10001
EXPOSE 3000
VOLUME /var/lib/cartwright/media
# Nothing in the image speaks TLS: a store with a certificate of its own is only asked for a connection.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3000 && { [ -n \"$CARTWRIGHT_TLS_CERT\" ] || { printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.. 200 ' <&3; }; }"]
ENTRYPOINT ["/opt/cartwright/cartwright"]
CMD ["serve"]
