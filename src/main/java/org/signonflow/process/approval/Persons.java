package org.signonflow.process.approval;

/** Whether accounts tell people apart. */
@FunctionalInterface
public interface Persons {

    /**
     * Whether whoever has this account is told apart from everyone else. Where an identity provider does so, an account with a password
     * beside it may be a second one of somebody whom the provider knows.
     */
    boolean tellApart(String account);
}
