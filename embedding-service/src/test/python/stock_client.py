"""A client that none of our code is in: grpcio and protobuf as a distribution ships them, no generated stubs.

Learns the services and their messages by server reflection, checks health, embeds one image file.
Usage: stock_client.py HOST:PORT MODEL IMAGE_FILE; prints one JSON object.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


def message_class(pool, name):
    descriptor = pool.FindMessageTypeByName(name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def reflection_pool():
    """The messages of grpc.reflection.v1alpha that are used here, by their public field numbers."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="reflection.proto", package="grpc.reflection.v1alpha", syntax="proto3")

    def message(name, *fields):
        added = file.message_type.add(name=name)
        for number, field_name, kind, repeated, type_name in fields:
            added.field.add(
                name=field_name, number=number, type=kind, type_name=type_name,
                label=field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL)

    here = ".grpc.reflection.v1alpha."
    message(
        "ServerReflectionRequest",
        (3, "file_by_filename", field.TYPE_STRING, False, None),
        (4, "file_containing_symbol", field.TYPE_STRING, False, None),
        (7, "list_services", field.TYPE_STRING, False, None))
    message("FileDescriptorResponse", (1, "file_descriptor_proto", field.TYPE_BYTES, True, None))
    message("ServiceResponse", (1, "name", field.TYPE_STRING, False, None))
    message("ListServiceResponse", (1, "service", field.TYPE_MESSAGE, True, here + "ServiceResponse"))
    message(
        "ServerReflectionResponse",
        (4, "file_descriptor_response", field.TYPE_MESSAGE, False, here + "FileDescriptorResponse"),
        (6, "list_services_response", field.TYPE_MESSAGE, False, here + "ListServiceResponse"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


class Reflection:
    def __init__(self, channel):
        pool = reflection_pool()
        self.request = message_class(pool, "grpc.reflection.v1alpha.ServerReflectionRequest")
        response = message_class(pool, "grpc.reflection.v1alpha.ServerReflectionResponse")
        self.call = channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            request_serializer=self.request.SerializeToString,
            response_deserializer=response.FromString)

    def ask(self, **question):
        # proto3 does not send an empty string, and the question is told by the field that is set
        return next(iter(self.call(iter([self.request(**question)]), timeout=10)))

    def services(self):
        return sorted(s.name for s in self.ask(list_services="*").list_services_response.service)

    def pool(self, symbols):
        pool = descriptor_pool.DescriptorPool()
        added = set()

        def add(files):
            for raw in files:
                file = descriptor_pb2.FileDescriptorProto.FromString(raw)
                if file.name in added:
                    continue
                added.add(file.name)
                for dependency in file.dependency:
                    if dependency not in added:
                        add(self.ask(file_by_filename=dependency).file_descriptor_response.file_descriptor_proto)
                pool.Add(file)

        for symbol in symbols:
            add(self.ask(file_containing_symbol=symbol).file_descriptor_response.file_descriptor_proto)
        return pool


def unary(channel, pool, method, request_name, response_name, request):
    request_class = message_class(pool, request_name)
    response_class = message_class(pool, response_name)
    call = channel.unary_unary(
        method, request_serializer=request_class.SerializeToString, response_deserializer=response_class.FromString)
    return call(request_class(**request), timeout=10)


def main(target, model, image_file):
    with open(image_file, "rb") as file:
        image = file.read()
    with grpc.insecure_channel(target) as channel:
        reflection = Reflection(channel)
        services = reflection.services()
        pool = reflection.pool(["parallax.embedding.v1.EmbeddingService", "grpc.health.v1.Health"])
        health = unary(
            channel, pool, "/grpc.health.v1.Health/Check",
            "grpc.health.v1.HealthCheckRequest", "grpc.health.v1.HealthCheckResponse", {})
        answer = unary(
            channel, pool, "/parallax.embedding.v1.EmbeddingService/Embed",
            "parallax.embedding.v1.EmbedRequest", "parallax.embedding.v1.EmbedResponse",
            {"model": {"model": model}, "images": [{"encoded": image}]})
        try:
            unary(
                channel, pool, "/parallax.embedding.v1.EmbeddingService/Embed",
                "parallax.embedding.v1.EmbedRequest", "parallax.embedding.v1.EmbedResponse",
                {"model": {"model": "../" + model}, "images": [{"encoded": image}]})
            refused = None
        except grpc.RpcError as error:
            refused = error.code().name
    print(json.dumps({
        "services": services,
        "health": health.status,
        "version": answer.model.version,
        "vector": list(answer.results[0].vector.values),
        "refused": refused,
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])
