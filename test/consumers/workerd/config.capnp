using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "localhost:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "dist/worker.js"),
    (name = "adamas/kernels.wasm", wasm = embed "node_modules/adamas/dist/kernels.wasm"),
  ],
  compatibilityDate = "2026-01-01",
);
