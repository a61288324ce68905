package org.signonflow.security.login;

import org.signonflow.security.SingleSignOn;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What pages call people: by name if an identity provider knows them by an id that says nothing to anyone. */
@Component("names")
public class Names {

    /**
     * @param name  unlike that of anyone else
     * @param title the id; null if it is the name
     */
    public record Shown(String name, String title) {
    }

    private final SingleSignOn signOn;
    private final JdbcClient database;

    Names(SingleSignOn signOn, JdbcClient database) {
        this.signOn = signOn;
        this.database = database;
    }

    /** @param id may be null, and then so is the name */
    public Shown of(String id) {
        return id == null || !signOn.isOn() ? new Shown(id, null) : database.sql("""
            select name, (select count(*) from signonflow_person other where other.name = person.name) as namesakes
            from signonflow_person person where id = ?""").param(id)
            .query((row, number) -> new Shown(row.getInt("namesakes") == 1 ? row.getString("name")
                : "%s (%s)".formatted(row.getString("name"), id), id))
            .optional().orElse(new Shown(id, null));
    }
}
