package dev.parallax.embedding.onnx;

import java.util.Map;
import java.util.Set;

/** The operators of the default domain that encoders are made of. */
final class Operators {
  /**
   * What our exporter writes, and what torch.onnx writes for ResNets, ConvNeXts and ViTs, also
   * quantised ones. Control flow, random numbers, strings, sequences and operators whose output has
   * a size that depends on values (NonZero, Unique, Compress) are not among them.
   */
  private static final String ENCODER_OPERATORS =
      """
      Abs Add And AveragePool BatchNormalization Cast CastLike Ceil Celu Clip Concat Constant
      ConstantOfShape Conv ConvInteger DepthToSpace DequantizeLinear Div Dropout
      DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand Flatten Floor Gather GatherElements
      GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual
      GroupNormalization HardSigmoid HardSwish Identity InstanceNormalization LayerNormalization
      LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul MatMulInteger Max
      MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg Not Or Pad Pow PRelu
      QLinearConv QLinearMatMul QuantizeLinear Range Reciprocal ReduceL1 ReduceL2 ReduceMax
      ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize Round Selu
      Shape Sigmoid Sign Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub
      Sum Tanh ThresholdedRelu Tile Transpose Trilu Unsqueeze Where Xor
      """;

  private static final Set<String> ALLOWED = Set.of(ENCODER_OPERATORS.strip().split("\\s+"));

  /** Inputs that say how large the output becomes. */
  private static final Map<String, int[]> SIZES =
      Map.of(
          "ConstantOfShape", new int[] {0},
          "Expand", new int[] {1},
          "Pad", new int[] {1},
          "Range", new int[] {0, 1, 2},
          "Reshape", new int[] {1},
          "Resize", new int[] {1, 2, 3},
          "Slice", new int[] {1, 2, 3, 4},
          "Split", new int[] {1},
          "Tile", new int[] {1});

  private static final Set<String> VALUES_DO_NOT_MATTER = Set.of("Shape", "Size");

  private Operators() {}

  static boolean isAllowed(String operator) {
    return ALLOWED.contains(operator);
  }

  /** Indexes of the inputs that say how large the output becomes. */
  static int[] sizeInputs(String operator) {
    return SIZES.getOrDefault(operator, new int[0]);
  }

  /** Whether the output depends on the values of the inputs, not only on their shapes. */
  static boolean dependsOnValues(String operator) {
    return !VALUES_DO_NOT_MATTER.contains(operator);
  }
}
