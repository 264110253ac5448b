/**
 * The one place that touches DJL: tensors, the scopes that own them, autograd and named parameters.
 *
 * <p>DJL attaches the result of an operation to the memory manager of its first operand. The types
 * here keep that rule harmless: operations start from activations, which live in a step's {@link
 * dev.parallax.trainer.torch.TensorScope}, never from parameters, which live for the whole run.
 */
package dev.parallax.trainer.torch;
