package dev.parallax.images.dataset;

/**
 * The classes of the synthetic set: kinds of pattern. Each gives the share of foreground, 0 to 1,
 * at a point of a plane on which the pattern repeats about once a unit.
 */
enum Texture {
  STRIPES {
    @Override
    double at(double u, double v) {
      return step(0.25 - Math.abs(wrap(u)));
    }
  },
  CHECKS {
    @Override
    double at(double u, double v) {
      return step(wrap(u)) + step(wrap(v)) - 2 * step(wrap(u)) * step(wrap(v));
    }
  },
  DOTS {
    @Override
    double at(double u, double v) {
      return step(0.36 - Math.hypot(wrap(u), wrap(v)));
    }
  },
  RINGS {
    @Override
    double at(double u, double v) {
      return step(0.14 - Math.abs(Math.hypot(wrap(u), wrap(v)) - 0.33));
    }
  },
  CROSSES {
    @Override
    double at(double u, double v) {
      double a = Math.abs(wrap(u));
      double b = Math.abs(wrap(v));
      return step(Math.min(0.13 - Math.min(a, b), 0.4 - Math.max(a, b)));
    }
  },
  ZIGZAG {
    @Override
    double at(double u, double v) {
      return step(0.25 - Math.abs(wrap(u + 1.2 * Math.abs(wrap(v * 0.7)))));
    }
  },
  BRICKS {
    @Override
    double at(double u, double v) {
      double row = Math.floor(2 * v);
      double along = wrap(u + (row % 2 == 0 ? 0 : 0.5));
      return step(Math.min(0.42 - Math.abs(along), 0.2 - Math.abs(wrap(2 * v) / 2)));
    }
  },
  TRIANGLES {
    @Override
    double at(double u, double v) {
      double height = wrap(v) + 0.5;
      return step(Math.min(0.5 * (0.95 - height) - Math.abs(wrap(u)), height - 0.1));
    }
  },
  GRID {
    @Override
    double at(double u, double v) {
      return step(0.13 - Math.min(Math.abs(wrap(u)), Math.abs(wrap(v))));
    }
  },
  WAVES {
    @Override
    double at(double u, double v) {
      return step(0.25 - Math.abs(wrap(u + 0.3 * Math.sin(2 * Math.PI * 0.6 * v))));
    }
  };

  /** Width of the soft edge between background and foreground. */
  private static final double EDGE = 0.12;

  abstract double at(double u, double v);

  /** The signed distance to the nearest whole number, -0.5 to 0.5. */
  private static double wrap(double x) {
    return x - Math.rint(x);
  }

  /** 0 well below zero, 1 well above, linear between. */
  private static double step(double x) {
    return Math.clamp(x / EDGE + 0.5, 0, 1);
  }
}
