package dev.parallax.trainer.optimization;

import dev.parallax.trainer.v1.MomentumEncoder;

/**
 * The momentum m of a momentum encoder as a pure function of the step: constant (He et al. 2020,
 * eq. 2), or {@code 1 - (1 - base) (cos(pi k / K) + 1) / 2} in step k of K, from the base to 1
 * (Grill et al. 2020, section 3.2).
 *
 * @param base m at the start, 0 to 1 (exclusive)
 * @param cosineToOne whether it rises
 * @param totalSteps K
 */
public record MomentumSchedule(double base, boolean cosineToOne, long totalSteps) {
  public MomentumSchedule {
    if (!(base >= 0 && base < 1)) {
      throw new IllegalArgumentException("momentum is " + base + "; allowed: 0 <= momentum < 1");
    }
  }

  /**
   * What a recipe asks for.
   *
   * @param totalSteps of the whole run, in the unit of {@link #momentum}'s steps
   */
  public static MomentumSchedule of(MomentumEncoder encoder, long totalSteps) {
    return new MomentumSchedule(encoder.getMomentum(), encoder.getCosineToOne(), totalSteps);
  }

  /**
   * The momentum of one step.
   *
   * @param step 0 for the first
   */
  public double momentum(long step) {
    if (!cosineToOne) {
      return base;
    }
    double done = Math.min(1, (double) step / Math.max(1, totalSteps));
    return 1 - (1 - base) * (Math.cos(Math.PI * done) + 1) / 2;
  }
}
