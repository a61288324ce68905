package org.signonflow.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

import java.sql.ResultSet;
import java.util.List;
import java.util.TimeZone;
import javax.sql.DataSource;

/**
 * The engine stores times without a zone, in that of its JVM: nodes in different zones would take each other's locks for expired and each
 * other's timers for due. So the zone is recorded in the database, and each node adopts it before the engine is built. A new database gets
 * UTC. An existing one has times in the zone of the nodes that used it; the first node that finds no zone recorded there records its own.
 * Only where nodes can share a database, that is, on PostgreSQL.
 */
class DatabaseTimeZone implements BeanPostProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseTimeZone.class);
    private static final String NAME = "signonflow.time-zone";

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof DataSource database && isShared(database)) {
            TimeZone own = TimeZone.getDefault();
            String zone = hasEngine(database) ? keep(database, own.getID()) : "UTC";
            if (zone != null && !zone.equals(own.getID())) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                LOG.info("Times are stored in the database's time zone, {}, not in this machine's, {}.", zone, own.getID());
            }
        }
        return bean;
    }

    /** Records the zone of a new database once it has the engine's tables. */
    static void keep(DataSource database) {
        if (isShared(database)) {
            keep(database, TimeZone.getDefault().getID());
        }
    }

    /** @return the recorded zone, which is the given one if none was recorded before */
    private static String keep(DataSource database, String zone) {
        JdbcTemplate jdbc = new JdbcTemplate(database);
        List<String> known = known(jdbc);
        if (known.isEmpty()) {
            try {
                jdbc.update("insert into ACT_GE_PROPERTY (NAME_, VALUE_, REV_) values (?, ?, 1)", NAME, zone);
            } catch (DuplicateKeyException anotherNode) {
                LOG.debug("Another node was first.", anotherNode);
            }
            known = known(jdbc);
        }
        return known.get(0);
    }

    private static List<String> known(JdbcTemplate jdbc) {
        return jdbc.queryForList("select VALUE_ from ACT_GE_PROPERTY where NAME_ = ?", String.class, NAME);
    }

    private static boolean isShared(DataSource database) {
        return Boolean.TRUE.equals(new JdbcTemplate(database).execute((ConnectionCallback<Boolean>) connection ->
            connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")));
    }

    private static boolean hasEngine(DataSource database) {
        return Boolean.TRUE.equals(new JdbcTemplate(database).execute((ConnectionCallback<Boolean>) connection -> {
            try (ResultSet tables = connection.getMetaData().getTables(connection.getCatalog(), connection.getSchema(), "act_ge_property",
                    new String[] {"TABLE"})) {
                return tables.next();
            }
        }));
    }
}
