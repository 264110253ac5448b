package dev.parallax.eval.tsne;

/**
 * Places of N points on the plane.
 *
 * @param x float32 [N]
 * @param y float32 [N]
 * @param klDivergence what t-SNE minimises: KL(P ‖ Q), 0 or more; smaller is better
 */
@SuppressWarnings("ArrayRecordComponent") // a result; nobody compares two of them
public record Layout(float[] x, float[] y, double klDivergence) {}
