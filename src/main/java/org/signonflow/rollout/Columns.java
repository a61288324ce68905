package org.signonflow.rollout;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The columns of a list: variables of the flows, by their names. */
final class Columns {

    static final String ENVIRONMENT = "environment";
    static final String APPLICATION_NAME = "applicationName";
    static final String APPLICATION_ID = "applicationId";
    static final String BUNDLE_ID = "bundleId";
    static final String PACKAGE_NAME = "packageName";
    static final String SCOPES = "scopes";
    static final String POLICY_NAME = "policyName";
    static final String AUTHENTICATORS = "authenticators";
    static final String DEVICE_AUTHENTICATION_POLICY_ID = "deviceAuthenticationPolicyId";
    static final String NO_DEVICES_MODE = "noDevicesMode";
    static final String ASSIGNMENT_PRIORITY = "assignmentPriority";
    /** Not a column, but kept with each row: whose its policy is, see {@link Settings}. */
    static final String POLICY = "policy";

    /** What only a new application has. */
    static final List<String> OF_NEW_APPLICATIONS = List.of(APPLICATION_NAME, "applicationDescription", "redirectUris", BUNDLE_ID,
        PACKAGE_NAME, SCOPES);
    /** What a policy consists of. */
    static final List<String> OF_POLICIES = List.of(POLICY_NAME, "policyDescription", AUTHENTICATORS, DEVICE_AUTHENTICATION_POLICY_ID,
        NO_DEVICES_MODE);
    static final Set<String> ALL = together(List.of(ENVIRONMENT), OF_NEW_APPLICATIONS, List.of(APPLICATION_ID), OF_POLICIES,
        List.of(ASSIGNMENT_PRIORITY));

    private static final int LONGEST_NAME = 100;

    private Columns() {
    }

    /** In this order. */
    @SafeVarargs
    static Set<String> together(List<String>... columns) {
        return Stream.of(columns).flatMap(List::stream).collect(LinkedHashSet::new, Set::add, Set::addAll);
    }

    /** A name that somebody gave, safe for a page or a line of a log. */
    static String printable(String name) {
        String shown = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
        return shown.replaceAll("[^\\w .:-]", "?");
    }

    /** The items of a list in a cell. */
    static List<String> split(String list) {
        return Arrays.stream(list.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }
}
