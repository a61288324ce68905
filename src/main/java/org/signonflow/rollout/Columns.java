package org.signonflow.rollout;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;

/** The columns of a list: the names of the flows' variables. */
public final class Columns {

    /** The columns of new applications only. */
    static final List<String> OF_NEW_APPLICATIONS = names(Flow.CONFIGURE_MFA_SIGN_ON.ofApplication());
    /** The columns that make up a policy. */
    static final List<String> OF_POLICIES = names(Flow.CONFIGURE_MFA_SIGN_ON.ofPolicy());
    static final Set<String> ALL = together(List.of(FlowVariables.ENVIRONMENT), OF_NEW_APPLICATIONS,
        List.of(FlowVariables.APPLICATION_ID), OF_POLICIES, List.of(FlowVariables.ASSIGNMENT_PRIORITY));

    private static final int LONGEST_NAME = 100;

    private Columns() {
    }

    private static List<String> names(List<Field> fields) {
        return fields.stream().map(Field::name).toList();
    }

    /** In this order. */
    @SafeVarargs
    static Set<String> together(List<String>... columns) {
        return Stream.of(columns).flatMap(List::stream).collect(LinkedHashSet::new, Set::add, Set::addAll);
    }

    /** A user-supplied name made safe for pages and log lines. */
    public static String printable(String name) {
        String shown = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
        return shown.replaceAll("[^\\w .:-]", "?");
    }
}
