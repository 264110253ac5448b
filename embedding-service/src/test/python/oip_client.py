"""A client of the Open Inference Protocol that shares nothing with the service but the protocol's field numbers.

Builds every message from its numbers, calls every RPC and stops with an assertion where an answer is not what it should be.
What it has seen goes to standard output as JSON, for the test to compare with the service's own API.

    oip_client.py HOST:PORT MODEL SIDE FILE.rgb FILE.png

FILE.rgb holds side * side * 3 bytes, FILE.png the same pixels.
"""

import json
import struct
import sys
import time

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto
KINDS = {
    "bool": FIELD.TYPE_BOOL, "int32": FIELD.TYPE_INT32, "int64": FIELD.TYPE_INT64, "uint32": FIELD.TYPE_UINT32,
    "uint64": FIELD.TYPE_UINT64, "float": FIELD.TYPE_FLOAT, "double": FIELD.TYPE_DOUBLE, "string": FIELD.TYPE_STRING,
    "bytes": FIELD.TYPE_BYTES,
}

# message: (number, name, type); a type ends in * where it repeats, "map:" maps strings, "oneof:" shares one choice
MESSAGES = {
    "ServerLiveRequest": [], "ServerReadyRequest": [], "ServerMetadataRequest": [],
    "ServerLiveResponse": [(1, "live", "bool")],
    "ServerReadyResponse": [(1, "ready", "bool")],
    "ModelReadyRequest": [(1, "name", "string"), (2, "version", "string")],
    "ModelReadyResponse": [(1, "ready", "bool")],
    "ServerMetadataResponse": [(1, "name", "string"), (2, "version", "string"), (3, "extensions", "string*")],
    "ModelMetadataRequest": [(1, "name", "string"), (2, "version", "string")],
    "TensorMetadata": [(1, "name", "string"), (2, "datatype", "string"), (3, "shape", "int64*")],
    "ModelMetadataResponse": [
        (1, "name", "string"), (2, "versions", "string*"), (3, "platform", "string"), (4, "inputs", "TensorMetadata*"),
        (5, "outputs", "TensorMetadata*"), (6, "properties", "map:string")],
    "InferParameter": [
        (1, "bool_param", "oneof:bool"), (2, "int64_param", "oneof:int64"), (3, "string_param", "oneof:string"),
        (4, "double_param", "oneof:double"), (5, "uint64_param", "oneof:uint64")],
    "InferTensorContents": [
        (1, "bool_contents", "bool*"), (2, "int_contents", "int32*"), (3, "int64_contents", "int64*"),
        (4, "uint_contents", "uint32*"), (5, "uint64_contents", "uint64*"), (6, "fp32_contents", "float*"),
        (7, "fp64_contents", "double*"), (8, "bytes_contents", "bytes*")],
    "InferInputTensor": [
        (1, "name", "string"), (2, "datatype", "string"), (3, "shape", "int64*"), (4, "parameters", "map:InferParameter"),
        (5, "contents", "InferTensorContents")],
    "InferRequestedOutputTensor": [(1, "name", "string"), (2, "parameters", "map:InferParameter")],
    "ModelInferRequest": [
        (1, "model_name", "string"), (2, "model_version", "string"), (3, "id", "string"),
        (4, "parameters", "map:InferParameter"), (5, "inputs", "InferInputTensor*"),
        (6, "outputs", "InferRequestedOutputTensor*"), (7, "raw_input_contents", "bytes*")],
    "InferOutputTensor": [
        (1, "name", "string"), (2, "datatype", "string"), (3, "shape", "int64*"), (4, "parameters", "map:InferParameter"),
        (5, "contents", "InferTensorContents")],
    "ModelInferResponse": [
        (1, "model_name", "string"), (2, "model_version", "string"), (3, "id", "string"),
        (4, "parameters", "map:InferParameter"), (5, "outputs", "InferOutputTensor*"),
        (6, "raw_output_contents", "bytes*")],
    "ModelStreamInferResponse": [(1, "error_message", "string"), (2, "infer_response", "ModelInferResponse")],
    "RepositoryIndexRequest": [(1, "repository_name", "string"), (2, "ready", "bool")],
    "ModelIndex": [(1, "name", "string"), (2, "version", "string"), (3, "state", "string"), (4, "reason", "string")],
    "RepositoryIndexResponse": [(1, "models", "ModelIndex*")],
    "ModelRepositoryParameter": [
        (1, "bool_param", "oneof:bool"), (2, "int64_param", "oneof:int64"), (3, "string_param", "oneof:string"),
        (4, "bytes_param", "oneof:bytes")],
    "RepositoryModelLoadRequest": [
        (1, "repository_name", "string"), (2, "model_name", "string"), (3, "parameters", "map:ModelRepositoryParameter")],
    "RepositoryModelLoadResponse": [],
    "RepositoryModelUnloadRequest": [
        (1, "repository_name", "string"), (2, "model_name", "string"), (3, "parameters", "map:ModelRepositoryParameter")],
    "RepositoryModelUnloadResponse": [],
    "ModelStatisticsRequest": [(1, "name", "string"), (2, "version", "string")],
    "StatisticDuration": [(1, "count", "uint64"), (2, "ns", "uint64")],
    "InferStatistics": [
        (1, "success", "StatisticDuration"), (2, "fail", "StatisticDuration"), (3, "queue", "StatisticDuration"),
        (4, "compute_input", "StatisticDuration"), (5, "compute_infer", "StatisticDuration"),
        (6, "compute_output", "StatisticDuration")],
    "InferBatchStatistics": [
        (1, "batch_size", "uint64"), (2, "compute_input", "StatisticDuration"), (3, "compute_infer", "StatisticDuration"),
        (4, "compute_output", "StatisticDuration")],
    "ModelStatistics": [
        (1, "name", "string"), (2, "version", "string"), (3, "last_inference", "uint64"), (4, "inference_count", "uint64"),
        (5, "execution_count", "uint64"), (6, "inference_stats", "InferStatistics"),
        (7, "batch_stats", "InferBatchStatistics*")],
    "ModelStatisticsResponse": [(1, "model_stats", "ModelStatistics*")],
}


def add_field(message, number, name, kind):
    repeated = kind.endswith("*") or kind.startswith("map:")
    plain = kind.rstrip("*").split(":")[-1]
    field = message.field.add(
        name=name, number=number, label=FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL)
    if kind.startswith("map:"):
        entry = message.nested_type.add(name=name.title().replace("_", "") + "Entry")
        entry.options.map_entry = True
        add_field(entry, 1, "key", "string")
        add_field(entry, 2, "value", plain)
        field.type, field.type_name = FIELD.TYPE_MESSAGE, ".inference." + message.name + "." + entry.name
    elif plain in KINDS:
        field.type = KINDS[plain]
    else:
        field.type, field.type_name = FIELD.TYPE_MESSAGE, ".inference." + plain
    if kind.startswith("oneof:"):
        if not message.oneof_decl:
            message.oneof_decl.add(name="parameter_choice")
        field.oneof_index = 0


def messages():
    file = descriptor_pb2.FileDescriptorProto(name="oip.proto", package="inference", syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field in fields:
            add_field(message, *field)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)

    def message_class(name):
        descriptor = pool.FindMessageTypeByName("inference." + name)
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return factory.GetPrototype(descriptor)

    return {name: message_class(name) for name in MESSAGES}


MESSAGE = messages()


class Client:
    def __init__(self, channel):
        self.channel = channel

    def _path(self, method):
        return "/inference.GRPCInferenceService/" + method

    def call(self, method, request=None, **fields):
        request = request or MESSAGE[method + "Request"](**fields)
        return self.channel.unary_unary(
            self._path(method), request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=MESSAGE[method + "Response"].FromString)(request, timeout=20)

    def stream(self, requests):
        return list(self.channel.stream_stream(
            self._path("ModelStreamInfer"), request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=MESSAGE["ModelStreamInferResponse"].FromString)(iter(requests), timeout=20))

    def refused(self, code, text, method, request=None, **fields):
        try:
            self.call(method, request, **fields)
        except grpc.RpcError as error:
            assert error.code().name == code, (error.code(), error.details(), "expected " + code)
            assert text in error.details(), (error.details(), "expected " + text)
            return
        raise AssertionError(method + " was not refused with " + text)


def parameter(**value):
    return MESSAGE["InferParameter"](**value)


def request(model, shape, datatype, raw=None, typed=None, outputs=(), name="image", **fields):
    tensor = MESSAGE["InferInputTensor"](name=name, datatype=datatype, shape=shape)
    if typed:
        tensor.contents.CopyFrom(MESSAGE["InferTensorContents"](**typed))
    message = MESSAGE["ModelInferRequest"](model_name=model, inputs=[tensor], **fields)
    if raw is not None:
        message.raw_input_contents.append(raw)
    for output in outputs:
        output_name, datatype = output if isinstance(output, tuple) else (output, None)
        added = message.outputs.add(name=output_name)
        if datatype:
            added.parameters["datatype"].string_param = datatype
    return message


def length_prefixed(files):
    return b"".join(struct.pack("<I", len(file)) + file for file in files)


def rows(response, name):
    """Numbers of an output, from its raw contents."""
    index = [output.name for output in response.outputs].index(name)
    output, raw = response.outputs[index], response.raw_output_contents[index]
    size = 1
    for dim in output.shape:
        size *= dim
    letter = {"FP32": "f", "FP16": "e", "INT8": "b"}[output.datatype]
    numbers = struct.unpack("<%d%s" % (size, letter), raw)
    if len(output.shape) == 1:
        return list(numbers)
    assert len(output.shape) == 2, output.shape
    width = output.shape[1]
    return [list(numbers[i:i + width]) for i in range(0, size, width)]


def check_server(client, model, side):
    assert client.call("ServerLive").live
    assert client.call("ServerReady").ready
    server = client.call("ServerMetadata")
    assert server.name == "parallax" and server.version, server
    assert {"model_repository", "schedule_policy", "statistics"} <= set(server.extensions), server
    while not client.call("ModelReady", name=model).ready:  # it may be loading; the caller bounds the wait
        time.sleep(0.05)
    assert client.call("ModelReady", name=model, version="1").ready
    assert not client.call("ModelReady", name=model, version="9").ready
    assert not client.call("ModelReady", name="no-such-model").ready
    client.refused("INVALID_ARGUMENT", "name is \"../x\"", "ModelReady", name="../x")
    client.refused("INVALID_ARGUMENT", "version is -1", "ModelReady", name=model, version="-1")

    metadata = client.call("ModelMetadata", name=model)
    assert metadata.name == model and list(metadata.versions) == ["1"], metadata
    assert metadata.platform == "onnxruntime_onnx", metadata
    image = metadata.inputs[0]
    assert (image.name, image.datatype, list(image.shape)) == ("image", "UINT8", [-1, side, side, 3]), metadata
    assert sorted(output.name for output in metadata.outputs) == ["embedding", "projection"], metadata
    assert {output.datatype for output in metadata.outputs} == {"FP32"}, metadata
    assert metadata.properties["encoded_images"] == "BYTES", metadata
    client.refused("NOT_FOUND", "no-such-model", "ModelMetadata", name="no-such-model")


def check_inference(client, model, side, pixels, png):
    one, two = [1, side, side, 3], [2, side, side, 3]
    raw = client.call("ModelInfer", request(model, two, "UINT8", raw=pixels * 2, id="a"))
    assert (raw.model_name, raw.model_version, raw.id) == (model, "1", "a"), raw
    assert [output.name for output in raw.outputs] == ["embedding", "projection"], raw
    assert all(output.datatype == "FP32" and list(output.shape)[0] == 2 for output in raw.outputs), raw
    assert raw.parameters["compute_us"].int64_param > 0, raw
    embedding, projection = rows(raw, "embedding"), rows(raw, "projection")
    assert embedding[0] == embedding[1]
    assert projection == [[2 * number for number in row] for row in embedding], "projection is twice the embedding"

    same = {
        "typed pixels": request(model, one, "UINT8", typed={"uint_contents": list(pixels)}),
        "raw files": request(model, [1], "BYTES", raw=length_prefixed([png])),
        "typed files": request(model, [1, 1], "BYTES", typed={"bytes_contents": [png]}),
        "version": request(model, one, "UINT8", raw=pixels, model_version="1"),
        "urgent": request(
            model, one, "UINT8", raw=pixels,
            parameters={"priority": parameter(uint64_param=1), "timeout": parameter(int64_param=10_000_000)}),
        "unknown parameters": request(model, one, "UINT8", raw=pixels, parameters={"x": parameter(double_param=1)}),
    }
    for what, message in same.items():
        assert rows(client.call("ModelInfer", message), "embedding") == embedding[:1], what

    chosen = client.call(
        "ModelInfer", request(model, one, "UINT8", raw=pixels, outputs=["projection", ("embedding", "FP16")]))
    assert [output.name for output in chosen.outputs] == ["projection", "embedding"], chosen
    assert rows(chosen, "projection") == projection[:1]
    half = [struct.unpack("<e", struct.pack("<e", number))[0] for number in embedding[0]]
    assert rows(chosen, "embedding") == [half], "FP16 is the nearest to FP32"

    steps = client.call("ModelInfer", request(model, two, "UINT8", raw=pixels * 2, outputs=[("embedding", "INT8")]))
    scales = rows(steps, "embedding_scale")
    assert len(scales) == 2
    for row, scale, exact in zip(rows(steps, "embedding"), scales, embedding):
        assert all(abs(step * scale - number) <= scale / 2 * 1.001 for step, number in zip(row, exact)), (row, scale)
        assert max(map(abs, row)) == 127

    unit = client.call(
        "ModelInfer", request(model, one, "UINT8", raw=pixels, parameters={"l2_normalize": parameter(bool_param=True)}))
    assert abs(sum(number ** 2 for number in rows(unit, "embedding")[0]) - 1) < 1e-5
    return embedding[0]


def check_refusals(client, model, side, pixels, png):
    one = [1, side, side, 3]

    def refused(text, *arguments, code="INVALID_ARGUMENT", **fields):
        client.refused(code, text, "ModelInfer", request(*arguments, **fields))

    refused("model_name is \"../tiny\"", "../tiny", one, "UINT8", raw=pixels)
    refused("no-such-model", "no-such-model", one, "UINT8", raw=pixels, code="NOT_FOUND")
    refused("model_version is 1.5; allowed", model, one, "UINT8", raw=pixels, model_version="1.5")
    refused("version 7", model, one, "UINT8", raw=pixels, model_version="7", code="NOT_FOUND")
    refused("inputs[0].name is \"picture\"; allowed: \"image\"", model, one, "UINT8", raw=pixels, name="picture")
    refused("inputs[0].datatype is \"FP32\"", model, one, "FP32", raw=pixels)
    refused("inputs[0].shape is [1, 2, 2, 3]", model, [1, 2, 2, 3], "UINT8", raw=pixels)
    refused("inputs[0].shape is [3]", model, [3], "UINT8", raw=pixels)
    refused("inputs[0].shape[0] is 0", model, [0, side, side, 3], "UINT8", raw=b"")
    refused("inputs[0].shape[0] is 257", model, [257, side, side, 3], "UINT8", raw=pixels)
    refused("inputs[0].shape[0] is -1", model, [-1], "BYTES", raw=b"")
    refused("inputs[0].shape[0] is 9223372036854775807", model, [2 ** 63 - 1, side, side, 3], "UINT8", raw=pixels)
    refused("raw_input_contents[0] has 10 bytes", model, one, "UINT8", raw=pixels[:10])
    refused("uint_contents has 3 entries", model, one, "UINT8", typed={"uint_contents": [1, 2, 3]})
    refused(
        "uint_contents[1] is 256; allowed: 0 to 255", model, one, "UINT8",
        typed={"uint_contents": [0, 256] + [0] * (len(pixels) - 2)})
    refused(
        "inputs[0].contents.fp32_contents is set", model, one, "UINT8", typed={"fp32_contents": [0.5] * len(pixels)})
    refused("both set", model, one, "UINT8", raw=pixels, typed={"uint_contents": list(pixels)})
    refused("bytes_contents has 2 entries", model, [1], "BYTES", typed={"bytes_contents": [png, png]})
    refused("ends after 0 of 1 elements", model, [1], "BYTES", raw=b"\x01\x00")
    refused("the length of element 0", model, [1], "BYTES", raw=b"\xff\xff\xff\xff" + png)
    refused("after its 1 elements", model, [1], "BYTES", raw=length_prefixed([png, png]))
    refused("image 1", model, [2], "BYTES", raw=length_prefixed([png, png[:40]]))
    refused("outputs[0].name is \"logits\"", model, one, "UINT8", raw=pixels, outputs=["logits"])
    refused("outputs[1].name is \"embedding\"; allowed: each output once", model, one, "UINT8", raw=pixels,
            outputs=["embedding", ("embedding", "FP16")])
    refused("outputs[0].parameters.datatype is \"FP64\"", model, one, "UINT8", raw=pixels, outputs=[("embedding", "FP64")])
    refused("parameters.priority is 9", model, one, "UINT8", raw=pixels,
            parameters={"priority": parameter(int64_param=9)})
    refused("parameters.timeout is \"soon\"", model, one, "UINT8", raw=pixels,
            parameters={"timeout": parameter(string_param="soon")})
    refused("deadline", model, one, "UINT8", raw=pixels, parameters={"timeout": parameter(int64_param=1)},
            code="DEADLINE_EXCEEDED")
    client.refused("INVALID_ARGUMENT", "inputs has 0 entries", "ModelInfer", model_name=model)


def check_stream(client, model, side, pixels, embedding):
    one = [1, side, side, 3]
    requests = [request(model, one, "UINT8", raw=pixels, id=str(i)) for i in range(40)]
    requests[7] = request(model, one, "UINT8", raw=pixels[1:], id="7")
    requests[20] = request("no-such-model", one, "UINT8", raw=pixels, id="20")
    answers = client.stream(requests)
    assert [answer.infer_response.id for answer in answers] == [str(i) for i in range(40)], "the order of the requests"
    for i, answer in enumerate(answers):
        if i in (7, 20):
            assert answer.error_message and not answer.infer_response.outputs, answer
        else:
            assert not answer.error_message, answer
            assert rows(answer.infer_response, "embedding") == [embedding], i
    assert "raw_input_contents[0] has" in answers[7].error_message
    assert "no-such-model" in answers[20].error_message


def check_repository(client, model):
    def states(**fields):
        return {(entry.name, entry.version): (entry.state, entry.reason)
                for entry in client.call("RepositoryIndex", **fields).models}

    assert states()[(model, "1")] == ("READY", ""), states()
    client.refused("INVALID_ARGUMENT", "repository_name is \"other\"", "RepositoryIndex", repository_name="other")
    client.call("RepositoryModelUnload", model_name=model)
    assert states()[(model, "1")] == ("UNAVAILABLE", "unloaded"), states()
    assert (model, "1") not in states(ready=True)
    assert not client.call("ModelReady", name=model).ready
    client.call("RepositoryModelLoad", model_name=model)
    assert states(ready=True)[(model, "1")] == ("READY", ""), states()
    assert client.call("ModelReady", name=model).ready
    client.refused("NOT_FOUND", "no-such-model", "RepositoryModelLoad", model_name="no-such-model")
    client.refused("NOT_FOUND", "no-such-model", "RepositoryModelUnload", model_name="no-such-model")
    client.refused("INVALID_ARGUMENT", "parameters is \"config\"", "RepositoryModelLoad", model_name=model,
                   parameters={"config": MESSAGE["ModelRepositoryParameter"](string_param="{}")})


def statistics(client, model):
    return client.call("ModelStatistics", name=model).model_stats[0]


def check_statistics(client, model, side, pixels):
    before = statistics(client, model)
    for images in (1, 3):
        client.call("ModelInfer", request(model, [images, side, side, 3], "UINT8", raw=pixels * images))
    client.refused("INVALID_ARGUMENT", "image 0", "ModelInfer", request(model, [1], "BYTES", raw=length_prefixed([b"x"])))
    for _ in range(1000):  # a batch is counted a moment after its answers
        after = statistics(client, model)
        if after.execution_count - before.execution_count >= 2:
            break
    assert (after.name, after.version) == (model, "1"), after
    assert after.execution_count - before.execution_count >= 2, (before, after)
    assert after.inference_count - before.inference_count == 4, (before, after)
    stats, old = after.inference_stats, before.inference_stats
    assert stats.success.count - old.success.count == 3, (before, after)
    parts = (stats.queue, stats.compute_input, stats.compute_infer, stats.compute_output)
    assert {part.count for part in parts} == {stats.success.count}, stats
    assert sum(part.ns for part in parts) == stats.success.ns > old.success.ns, stats
    sizes = [batch.batch_size for batch in after.batch_stats]
    assert sizes == sorted(set(sizes)) and sizes, after
    assert sum(batch.compute_infer.count for batch in after.batch_stats) == after.execution_count, after
    assert all(batch.compute_infer.ns > 0 for batch in after.batch_stats), after
    assert after.last_inference > 1_600_000_000_000, after
    client.refused("NOT_FOUND", "no-such-model", "ModelStatistics", name="no-such-model")
    client.refused("INVALID_ARGUMENT", "version is 1", "ModelStatistics", version="1")


def main(target, model, side, rgb_file, png_file):
    side = int(side)
    with open(rgb_file, "rb") as file:
        pixels = file.read()
    with open(png_file, "rb") as file:
        png = file.read()
    with grpc.insecure_channel(target) as channel:
        client = Client(channel)
        check_server(client, model, side)
        embedding = check_inference(client, model, side, pixels, png)
        check_refusals(client, model, side, pixels, png)
        check_stream(client, model, side, pixels, embedding)
        check_statistics(client, model, side, pixels)
        check_repository(client, model)
    print(json.dumps({"embedding": embedding}))


if __name__ == "__main__":
    main(*sys.argv[1:])
