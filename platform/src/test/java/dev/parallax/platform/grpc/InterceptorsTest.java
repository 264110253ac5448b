package dev.parallax.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.GetTrainingJobRequest;
import dev.parallax.trainer.v1.ListRecipesRequest;
import dev.parallax.trainer.v1.ListRecipesResponse;
import dev.parallax.trainer.v1.TrainerServiceGrpc;
import dev.parallax.trainer.v1.TrainingJob;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterceptorsTest {
  private static final String TOKEN = "a-token-of-some-length";

  private Server server;
  private ManagedChannel channel;

  /** Throws what a service might, in the two ways in which it can. */
  private static final class FailingService extends TrainerServiceGrpc.TrainerServiceImplBase {
    @Override
    public void getTrainingJob(
        GetTrainingJobRequest request, StreamObserver<TrainingJob> observer) {
      switch (request.getId()) {
        case "throw" -> throw RequestException.notFound("job 1");
        case "throw-bug" -> throw new IllegalStateException("secret");
        case "onError" -> observer.onError(RequestException.notFound("job 1"));
        case "onError-bug" -> observer.onError(new IllegalStateException("secret"));
        case "status" -> observer.onError(Status.DATA_LOSS.withDescription("x").asException());
        default -> {
          observer.onNext(TrainingJob.newBuilder().setId(request.getId()).build());
          observer.onCompleted();
        }
      }
    }

    @Override
    public void listRecipes(
        ListRecipesRequest request, StreamObserver<ListRecipesResponse> observer) {
      observer.onNext(ListRecipesResponse.getDefaultInstance());
      throw new IllegalStateException("after the answer");
    }
  }

  @BeforeEach
  void start() throws Exception {
    String name = UUID.randomUUID().toString();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(UnreadableMessages.refuse(new FailingService().bindService()))
            .addService(new HealthStatusManager().getHealthService())
            .intercept(new TokenInterceptor(Optional.of(TOKEN)))
            .intercept(new ErrorInterceptor())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private TrainerServiceGrpc.TrainerServiceBlockingStub stub(String authorization) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return TrainerServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private StatusRuntimeException failureOf(String id) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            stub("Bearer " + TOKEN)
                .getTrainingJob(GetTrainingJobRequest.newBuilder().setId(id).build()));
  }

  @Test
  void requestException_keepsItsCodeAndLine() {
    for (String id : new String[] {"throw", "onError"}) {
      assertThat(failureOf(id)).hasMessage("NOT_FOUND: there is no job 1");
    }
  }

  @Test
  void unexpectedException_leaksNothing() {
    for (String id : new String[] {"throw-bug", "onError-bug"}) {
      StatusRuntimeException e = failureOf(id);
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(e.getMessage()).doesNotContain("secret");
    }
  }

  @Test
  void status_passesUnchanged() {
    assertThat(failureOf("status")).hasMessage("DATA_LOSS: x");
  }

  @Test
  void whatIsNoMessage_isTheCallersFault() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + TOKEN);
    // its field 1 holds any bytes, where the id has to be UTF-8
    MethodDescriptor<BytesValue, BytesValue> anyBytes =
        MethodDescriptor.newBuilder(
                ProtoUtils.marshaller(BytesValue.getDefaultInstance()),
                ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
            .setFullMethodName(TrainerServiceGrpc.getGetTrainingJobMethod().getFullMethodName())
            .setType(MethodDescriptor.MethodType.UNARY)
            .build();
    BytesValue noText = BytesValue.of(ByteString.copyFrom(new byte[] {(byte) 0xff}));
    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(
                        channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                    anyBytes,
                    CallOptions.DEFAULT,
                    noText))
        .hasMessage(
            "INVALID_ARGUMENT: the message is not what parallax.trainer.v1.TrainerService/GetTrainingJob takes; "
                + "allowed: protocol buffers as in its .proto file");
  }

  @Test
  void exceptionAfterTheAnswer_isInternal() {
    assertThatThrownBy(
            () -> stub("Bearer " + TOKEN).listRecipes(ListRecipesRequest.getDefaultInstance()))
        .hasMessageStartingWith("INTERNAL: internal error");
  }

  @Test
  void token_isAskedFor() {
    GetTrainingJobRequest request = GetTrainingJobRequest.newBuilder().setId("1").build();
    assertThat(stub("bearer " + TOKEN).getTrainingJob(request).getId()).isEqualTo("1");
    for (String wrong : new String[] {"", TOKEN, "Bearer", "Bearer x", "Basic " + TOKEN}) {
      assertThatThrownBy(() -> stub(wrong).getTrainingJob(request))
          .hasMessageStartingWith("UNAUTHENTICATED: the call carries no valid token");
    }
  }

  @Test
  void healthCheck_needsNoToken() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatusValue())
        .isEqualTo(1);
  }

  @Test
  void shortToken_isRefusedAtStart() {
    assertThatThrownBy(() -> new TokenInterceptor(Optional.of("short")))
        .hasMessage("the bearer token has 5 characters; allowed: 16 or more");
  }
}
