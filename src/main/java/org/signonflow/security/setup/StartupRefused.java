package org.signonflow.security.setup;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Startup is refused. The message says what is wrong, naming the setting but never a secret, and what to do about it. */
public final class StartupRefused extends RuntimeException {

    private final String action;

    /** @param action what to do, in a sentence or two */
    public StartupRefused(String sentence, String action) {
        super(sentence);
        this.action = action;
    }

    /** Reports it in a few lines, without a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<StartupRefused> {
        @Override
        protected FailureAnalysis analyze(Throwable root, StartupRefused refused) {
            return new FailureAnalysis(refused.getMessage(), refused.action, refused);
        }
    }
}
