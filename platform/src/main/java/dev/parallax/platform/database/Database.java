package dev.parallax.platform.database;

import dev.parallax.platform.startup.StartupException;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** A pool of connections to a database whose schema is up to date. */
public final class Database implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 8;
  private static final int H2_IN_USE = 90020;
  private static final int H2_WRONG_USER = 28000;

  private final AgroalDataSource pool;
  private final String url;

  private Database(AgroalDataSource pool, String url) {
    this.pool = pool;
    this.url = url;
  }

  /**
   * URL of an H2 database in {@code directory}; the file system layer is one that survives thread
   * interrupts.
   */
  public static String h2Url(Path directory) {
    return "jdbc:h2:async:" + directory.toAbsolutePath().resolve("db") + ";DB_CLOSE_ON_EXIT=FALSE";
  }

  /**
   * Connects and applies the migrations that are missing.
   *
   * @param url {@code jdbc:h2:…} or {@code jdbc:postgresql:…}
   * @param migrations class path resources in the order of their versions: {@code
   *     db/migration/V1__jobs.sql}
   * @throws StartupException when the database is in use, cannot be reached or is newer than this
   *     program
   */
  public static Database open(
      String url, Optional<String> user, Optional<String> password, List<String> migrations) {
    AgroalDataSource pool = pool(url, user, password);
    try {
      try (Connection connection = pool.getConnection()) {
        connection.isValid(5);
      }
      Flyway.configure(Database.class.getClassLoader())
          .dataSource(pool)
          .resourceProvider(new Migrations(migrations))
          .javaMigrationClassProvider(List::of)
          .locations(new String[0])
          .load()
          .migrate();
      return new Database(pool, url);
    } catch (SQLException e) {
      pool.close();
      throw new StartupException(line(url, e), e);
    } catch (FlywayException e) {
      pool.close();
      throw new StartupException(
          "the schema of the database "
              + shown(url)
              + " cannot be brought up to date: "
              + e.getMessage(),
          e);
    }
  }

  public DataSource dataSource() {
    return pool;
  }

  /** Empty when the database answers; otherwise why it does not, in one line. */
  public Optional<String> problem() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(5)
          ? Optional.empty()
          : Optional.of("the database " + shown(url) + " does not answer");
    } catch (SQLException e) {
      return Optional.of(line(url, e));
    }
  }

  @Override
  public void close() {
    pool.close();
  }

  private static AgroalDataSource pool(
      String url, Optional<String> user, Optional<String> password) {
    AgroalDataSourceConfigurationSupplier configuration =
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                connections ->
                    connections
                        .maxSize(MAX_CONNECTIONS)
                        .acquisitionTimeout(Duration.ofSeconds(10))
                        .connectionFactoryConfiguration(
                            factory -> {
                              factory.jdbcUrl(url);
                              factory.connectionProviderClassName(driver(url));
                              user.map(NamePrincipal::new).ifPresent(factory::principal);
                              password.map(SimplePassword::new).ifPresent(factory::credential);
                              return factory;
                            }));
    try {
      return AgroalDataSource.from(configuration);
    } catch (SQLException e) {
      throw new StartupException(line(url, e), e);
    }
  }

  private static String driver(String url) {
    if (url.startsWith("jdbc:h2:")) {
      return "org.h2.Driver";
    }
    if (url.startsWith("jdbc:postgresql:")) {
      return "org.postgresql.Driver";
    }
    throw new StartupException(
        "the database URL is \"" + url + "\"; allowed: jdbc:h2:… and jdbc:postgresql:…");
  }

  private static String line(String url, SQLException e) {
    String remedy =
        switch (e.getErrorCode()) {
          case H2_IN_USE ->
              "is in use by another process, probably a service that runs already; stop it, or choose another home";
          case H2_WRONG_USER -> "refuses the user or the password";
          default -> "cannot be used: " + e.getMessage();
        };
    return "the database " + shown(url) + " " + remedy.replaceAll("\\s*\\R\\s*", " ");
  }

  /** Without parameters, which may hold a password. */
  private static String shown(String url) {
    return url.replaceAll("[?;].*", "");
  }
}
