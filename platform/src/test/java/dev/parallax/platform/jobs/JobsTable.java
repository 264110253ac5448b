package dev.parallax.platform.jobs;

import dev.parallax.platform.database.FreshDatabase;
import java.util.List;
import javax.sql.DataSource;

/** A fresh database with the table that {@link JdbcJobStore} documents. */
final class JobsTable {
  private JobsTable() {}

  static DataSource create() {
    return FreshDatabase.open(List.of("db/migration/V1__jobs.sql")).dataSource();
  }
}
