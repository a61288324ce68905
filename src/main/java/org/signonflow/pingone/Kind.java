package org.signonflow.pingone;

import java.util.List;

/** The kinds of objects that are made in an environment. One lives in the environment itself, or in an object of another kind. */
public enum Kind {

    APPLICATION(null) {
        @Override
        public List<String> ids(PingOneClient pingone, String parentId) {
            return pingone.listApplications().stream().map(Application::id).toList();
        }
    },
    GRANT(APPLICATION) {
        @Override
        public List<String> ids(PingOneClient pingone, String parentId) {
            return pingone.listGrants(parentId).stream().map(Grant::id).toList();
        }
    },
    SIGN_ON_POLICY(null) {
        @Override
        public List<String> ids(PingOneClient pingone, String parentId) {
            return pingone.listSignOnPolicies().stream().map(SignOnPolicy::id).toList();
        }
    },
    ACTION(SIGN_ON_POLICY) {
        @Override
        public List<String> ids(PingOneClient pingone, String parentId) {
            return pingone.listActions(parentId).stream().map(Action::id).toList();
        }
    },
    ASSIGNMENT(APPLICATION) {
        @Override
        public List<String> ids(PingOneClient pingone, String parentId) {
            return pingone.listAssignments(parentId).stream().map(Assignment::id).toList();
        }
    };

    private final Kind parent;

    Kind(Kind parent) {
        this.parent = parent;
    }

    /** The kind that it lives in; null for the environment. */
    public Kind parent() {
        return parent;
    }

    /**
     * The ids of all that there are.
     *
     * @param parentId what they live in; null for the environment
     * @throws PingOneException as the client's lists; {@linkplain PingOneException#isNotFound not found} where the parent is not there
     */
    public abstract List<String> ids(PingOneClient pingone, String parentId);
}
