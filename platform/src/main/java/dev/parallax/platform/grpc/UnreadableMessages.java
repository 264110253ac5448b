package dev.parallax.platform.grpc;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers messages that do not parse with INVALID_ARGUMENT. gRPC itself parses before any
 * interceptor sees a message, ends the call with UNKNOWN when that fails, and logs it as a fault of
 * the server.
 */
public final class UnreadableMessages {
  private UnreadableMessages() {}

  /**
   * The same service; its interceptors see null in place of a message that does not parse, the
   * service itself sees that the call is cancelled.
   */
  public static ServerServiceDefinition refuse(ServerServiceDefinition service) {
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      methods.add(refusing(method));
    }
    ServiceDescriptor original = service.getServiceDescriptor();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(original.getName())
            .setSchemaDescriptor(original.getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> refusing(ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
    ServerCallHandler<Q, A> handler = method.getServerCallHandler();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new NullWhenUnreadable<>(descriptor.getRequestMarshaller()),
                descriptor.getResponseMarshaller())
            .build(),
        (call, headers) -> new RefusingListener<>(handler.startCall(call, headers), call));
  }

  private record NullWhenUnreadable<T>(Marshaller<T> parser) implements Marshaller<T> {
    @Override
    public InputStream stream(T value) {
      return parser.stream(value);
    }

    @Override
    public T parse(InputStream stream) {
      try {
        return parser.parse(stream);
      } catch (StatusRuntimeException e) {
        return null;
      }
    }
  }

  private static final class RefusingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private boolean refused;

    RefusingListener(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (refused) {
        return;
      }
      if (message != null) {
        super.onMessage(message);
        return;
      }
      refused = true;
      // first, so that a stream sends nothing more while the call is closed
      super.onCancel();
      StatusRuntimeException status =
          Statuses.of(
              RequestException.of(
                  Kind.INVALID_ARGUMENT,
                  "the message is not what %s takes; allowed: protocol buffers as in its .proto file"
                      .formatted(call.getMethodDescriptor().getFullMethodName())));
      call.close(
          status.getStatus(), status.getTrailers() == null ? new Metadata() : status.getTrailers());
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      if (!refused) {
        super.onReady();
      }
    }

    @Override
    public void onCancel() {
      if (!refused) {
        super.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!refused) {
        super.onComplete();
      }
    }
  }
}
