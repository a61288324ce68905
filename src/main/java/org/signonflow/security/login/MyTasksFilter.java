package org.signonflow.security.login;

import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.filter.Filter;
import org.springframework.stereotype.Component;

import java.util.Map;

/**
 * The Tasklist filter "Mine". One filter for all users would need an expression for the current user, and expressions in stored queries are
 * disabled, since anyone who may write a filter could run code with them.
 */
@Component
class MyTasksFilter {

    private static final String NAME = "Mine";

    private final FilterService filters;
    private final TaskService tasks;
    private final IdentityService identities;

    MyTasksFilter(FilterService filters, TaskService tasks, IdentityService identities) {
        this.filters = filters;
        this.tasks = tasks;
        this.identities = identities;
    }

    /** Creates the filter for a user who has no filter; as its owner the user may read, change and rename it. */
    void giveTo(String user) {
        if (identities.createUserQuery().userId(user).count() == 0
            || filters.createTaskFilterQuery().filterOwner(user).count() > 0) {
            return;
        }
        Filter mine = filters.newTaskFilter(NAME);
        mine.setOwner(user);
        mine.setQuery(tasks.createTaskQuery().taskAssignee(user));
        mine.setProperties(Map.of("priority", 10, "refresh", true, "description", "Tasks I have claimed"));
        filters.saveFilter(mine);
    }
}
