package org.signonflow.process;

import org.signonflow.journal.Journal;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.stereotype.Component;

/** What every task needs to call PingOne. */
@Component
record PingOneAccess(PingOneEnvironments environments, Journal journal, Failures failures, Turns turns) {
}
