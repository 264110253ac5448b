// The small server that a user would write: Embed of raw pixels, one session, one run for each call.
//
//   node server.js PORT MODEL.onnx PROTOS_FOLDER [INTRA_OP_THREADS]
//
// INTRA_OP_THREADS 0 leaves ONNX Runtime's default. Prints "ready" when it listens.
"use strict";

const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");
const ort = require("onnxruntime-node");

async function main([port, model, protos, threads = "0"]) {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    ...(Number(threads) > 0 ? { intraOpNumThreads: Number(threads), interOpNumThreads: 1 } : {}),
  });
  const input = session.inputNames[0];

  async function embed(request) {
    const images = request.images.map((image) => image.pixels);
    const { width, height } = images[0];
    const pixels = Buffer.concat(images.map((image) => image.rgb));
    const tensor = new ort.Tensor("uint8", new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length), [
      images.length,
      height,
      width,
      3,
    ]);
    const { embedding } = await session.run({ [input]: tensor }, ["embedding"]);
    const size = embedding.dims[1];
    return {
      model: request.model,
      results: images.map((_, i) => ({ vector: { values: Array.from(embedding.data.subarray(i * size, (i + 1) * size)) } })),
    };
  }

  const definition = loader.loadSync("parallax/embedding/v1/embedding.proto", { includeDirs: [protos], keepCase: true });
  const { EmbeddingService } = grpc.loadPackageDefinition(definition).parallax.embedding.v1;
  const server = new grpc.Server({ "grpc.max_receive_message_length": 16 << 20 });
  server.addService(EmbeddingService.service, {
    Embed: (call, callback) =>
      embed(call.request).then(
        (answer) => callback(null, answer),
        (error) => callback({ code: grpc.status.INTERNAL, details: String(error.message) }),
      ),
  });
  server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
    if (error) throw error;
    console.log("ready");
  });
}

main(process.argv.slice(2));
