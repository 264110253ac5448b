package dev.parallax.embedding.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferRequest.InferInputTensor;
import dev.parallax.inference.ModelInferResponse;
import org.junit.jupiter.api.Test;

class MessageFactsTest {
  @Test
  void inferRequest_countsTheBatchOfItsFirstInput() {
    MessageFacts facts =
        MessageFacts.of(
            ModelInferRequest.newBuilder()
                .setModelName("simclr")
                .setModelVersion("3")
                .addInputs(InferInputTensor.newBuilder().addShape(16).addShape(32))
                .build());
    assertThat(facts.model()).isEqualTo("simclr");
    assertThat(facts.version()).isEqualTo(3);
    assertThat(facts.images()).isEqualTo(16);
  }

  @Test
  void whatACallerMakesUp_isHarmless() {
    MessageFacts facts =
        MessageFacts.of(
            ModelInferRequest.newBuilder()
                .setModelVersion("99999999999999999999")
                .addInputs(InferInputTensor.newBuilder().addShape(Long.MAX_VALUE))
                .build());
    assertThat(facts.version()).isZero();
    assertThat(facts.images()).isEqualTo(Integer.MAX_VALUE);
    assertThat(MessageFacts.of(ModelInferRequest.getDefaultInstance()).images()).isZero();
    assertThat(MessageFacts.of(ModelInferResponse.getDefaultInstance()).images()).isZero();
  }
}
