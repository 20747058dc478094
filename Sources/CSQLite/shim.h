#include <sqlite3.h>

// sqlite3_db_config is variadic, which Swift cannot call.
static inline int scrip_sqlite_keep_wal_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// sqlite3_config is variadic too. Without statistics, an allocation takes no lock.
static inline int scrip_sqlite_keep_no_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
