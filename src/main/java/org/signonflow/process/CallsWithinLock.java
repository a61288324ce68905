package org.signonflow.process;

import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;

/**
 * A job that outlives its lock is started again by another thread or node while its call to PingOne is in flight. So no call is sent that
 * may outlast the lock: the job is retried, and the journal knows how far it got.
 */
@Component
public class CallsWithinLock {

    private final PingOneEnvironments environments;
    private final CurrentJob currentJob;
    private final Clock clock;
    private final Duration longest;

    CallsWithinLock(PingOneEnvironments environments, CurrentJob currentJob, Clock clock,
                    @Value("${signonflow.http.call-timeout}") Duration longest) {
        this.environments = environments;
        this.currentJob = currentJob;
        this.clock = clock;
        this.longest = longest;
    }

    /**
     * A client for the job that this thread is executing.
     *
     * @param instanceId identifies the calls in PingOne's audit log
     */
    public PingOneClient client(String environment, String instanceId) {
        PingOneClient pingone = environments.client(environment).withTransaction(instanceId);
        return currentJob.lockedUntil().map(until -> pingone.whileThereIsTime(() -> clock.instant().plus(longest).isBefore(until)))
            .orElse(pingone);
    }
}
