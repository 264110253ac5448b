package dev.parallax.eval.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LbfgsTest {

  /** (1 − x)² + 100 (y − x²)², whose minimum lies at the end of a bent valley. */
  private static final Objective ROSENBROCK =
      new Objective() {
        @Override
        public int size() {
          return 2;
        }

        @Override
        public double evaluate(double[] p, double[] gradient) {
          double bend = p[1] - p[0] * p[0];
          gradient[0] = -2 * (1 - p[0]) - 400 * p[0] * bend;
          gradient[1] = 200 * bend;
          return (1 - p[0]) * (1 - p[0]) + 100 * bend * bend;
        }
      };

  @Test
  void minimum_ofRosenbrocksValley_isFound() throws Exception {
    Minimum minimum =
        new Lbfgs(10, 200, 1e-8).minimize(ROSENBROCK, Preconditioner.NONE, new double[] {-1.2, 1});

    assertThat(minimum.converged()).isTrue();
    assertThat(minimum.point()).containsExactly(new double[] {1, 1}, within(1e-7));
    assertThat(minimum.iterations()).isLessThan(60);
  }

  @Test
  void iterations_areBounded_andSaidNotToHaveConverged() throws Exception {
    Minimum minimum =
        new Lbfgs(10, 3, 1e-8).minimize(ROSENBROCK, Preconditioner.NONE, new double[] {-1.2, 1});

    assertThat(minimum.iterations()).isEqualTo(3);
    assertThat(minimum.converged()).isFalse();
  }

  @Test
  void toleranceBelowRounding_endsWithoutConverging() throws Exception {
    Minimum minimum =
        new Lbfgs(10, 100_000, 1e-300)
            .minimize(ROSENBROCK, Preconditioner.NONE, new double[] {-1.2, 1});

    assertThat(minimum.point()).containsExactly(new double[] {1, 1}, within(1e-6));
    assertThat(minimum.iterations()).isLessThan(1000);
  }
}
