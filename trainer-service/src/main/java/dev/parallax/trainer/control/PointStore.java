package dev.parallax.trainer.control;

import static java.util.Objects.requireNonNull;

import dev.parallax.trainer.v1.TrainingPoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Points in the table training_points. */
final class PointStore {
  private static final String INSERT =
      "INSERT INTO training_points (job, step, weight, epoch, loss, learning_rate, views_per_second,"
          + " online_knn, feature_spread, resident_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private final DataSource dataSource;

  PointStore(DataSource dataSource) {
    this.dataSource = requireNonNull(dataSource, "dataSource is null");
  }

  /** Steps ascending. */
  List<WeightedPoint> read(String job) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT * FROM training_points WHERE job = ? ORDER BY step")) {
      select.setString(1, job);
      List<WeightedPoint> points = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          points.add(read(row));
        }
      }
      return points;
    } catch (SQLException e) {
      throw unusable(e);
    }
  }

  void append(String job, WeightedPoint point) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      bind(insert, job, point);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw unusable(e);
    }
  }

  /** All or nothing. */
  void replace(String job, List<WeightedPoint> points) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM training_points WHERE job = ?");
          PreparedStatement insert = connection.prepareStatement(INSERT)) {
        delete.setString(1, job);
        delete.executeUpdate();
        for (WeightedPoint point : points) {
          bind(insert, job, point);
          insert.addBatch();
        }
        insert.executeBatch();
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw unusable(e);
    }
  }

  private static WeightedPoint read(ResultSet row) throws SQLException {
    TrainingPoint.Builder point =
        TrainingPoint.newBuilder()
            .setStep(row.getLong("step"))
            .setEpoch(row.getDouble("epoch"))
            .setLearningRate(row.getDouble("learning_rate"))
            .setResidentBytes(row.getLong("resident_bytes"));
    double value = row.getDouble("loss");
    if (!row.wasNull()) {
      point.setLoss(value);
    }
    value = row.getDouble("views_per_second");
    if (!row.wasNull()) {
      point.setViewsPerSecond(value);
    }
    value = row.getDouble("online_knn");
    if (!row.wasNull()) {
      point.setOnlineKnn(value);
    }
    value = row.getDouble("feature_spread");
    if (!row.wasNull()) {
      point.setFeatureSpread(value);
    }
    return new WeightedPoint(point.build(), row.getInt("weight"));
  }

  private static void bind(PreparedStatement insert, String job, WeightedPoint weighted)
      throws SQLException {
    TrainingPoint point = weighted.point();
    insert.setString(1, job);
    insert.setLong(2, point.getStep());
    insert.setInt(3, weighted.weight());
    insert.setDouble(4, point.getEpoch());
    bind(insert, 5, point.hasLoss(), point.getLoss());
    insert.setDouble(6, point.getLearningRate());
    bind(insert, 7, point.hasViewsPerSecond(), point.getViewsPerSecond());
    bind(insert, 8, point.hasOnlineKnn(), point.getOnlineKnn());
    bind(insert, 9, point.hasFeatureSpread(), point.getFeatureSpread());
    insert.setLong(10, point.getResidentBytes());
  }

  private static void bind(PreparedStatement insert, int index, boolean present, double value)
      throws SQLException {
    if (present) {
      insert.setDouble(index, value);
    } else {
      insert.setNull(index, Types.DOUBLE);
    }
  }

  private static IllegalStateException unusable(SQLException e) {
    return new IllegalStateException(
        "training points cannot be stored or read: " + e.getMessage(), e);
  }
}
