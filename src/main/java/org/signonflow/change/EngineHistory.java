package org.signonflow.change;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the engine knows of a change, for as long as it keeps its history. */
public interface EngineHistory {

    /**
     * What people and the engine did, earliest first.
     *
     * @param variables as {@link #variables} returns them
     * @param stepNames as {@link #stepNames} returns them
     */
    List<TimelineEvent> events(String id, Map<String, String> variables, Map<String, String> stepNames);

    /** The variables' values as text, by name, without those that are unset. */
    Map<String, String> variables(String id);

    /** The model's elements by where the change stands. */
    Path path(String id);

    /** The names of a model's steps, by id. */
    Map<String, String> stepNames(String id);

    /**
     * The ids of a model's elements.
     *
     * @param passed those that it has left
     * @param active those at which it stands
     * @param failed those of {@code active} that have failed for good
     */
    record Path(Set<String> passed, Set<String> active, Set<String> failed) {
    }
}
