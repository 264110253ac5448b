package dev.parallax.platform.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An empty database: H2 in memory, or a new schema of the PostgreSQL database that the system
 * property parallax.test.database names ({@code jdbc:postgresql://localhost/test?user=postgres}).
 */
public final class FreshDatabase {
  private FreshDatabase() {}

  public static Database open(List<String> migrations) {
    String url = System.getProperty("parallax.test.database", "");
    return Database.open(
        url.isEmpty() ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" : newSchema(url),
        Optional.empty(),
        Optional.empty(),
        migrations);
  }

  private static String newSchema(String url) {
    String schema = "test_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return url + "&currentSchema=" + schema;
  }
}
