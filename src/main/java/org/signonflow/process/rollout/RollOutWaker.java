package org.signonflow.process.rollout;

import org.signonflow.process.PostponedJobs;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets a roll-out continue as soon as enough of its rows have arrived, rather than when it polls next. */
@Component
class RollOutWaker {

    private static final Logger LOG = LoggerFactory.getLogger(RollOutWaker.class);

    private static final List<RowState> MOVING = List.of(RowState.CREATING, RowState.ASSIGNING, RowState.UNDOING);

    private final RollOuts rollOuts;
    private final RowsAtOnce rowsAtOnce;
    private final PostponedJobs postponed;
    private final TaskScheduler scheduler;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    RollOutWaker(RollOuts rollOuts, RowsAtOnce rowsAtOnce, PostponedJobs postponed, TaskScheduler scheduler) {
        this.rollOuts = rollOuts;
        this.rowsAtOnce = rowsAtOnce;
        this.postponed = postponed;
        this.scheduler = scheduler;
    }

    /** Wakes the roll-out after the current transaction commits; rows that arrive together wake it once. */
    void rowArrived(String rollOutId) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                if (told.add(rollOutId)) {
                    try {
                        scheduler.schedule(() -> wake(rollOutId), scheduler.getClock().instant());
                    } catch (TaskRejectedException shuttingDown) {
                        told.remove(rollOutId);
                    }
                }
            }
        });
    }

    private void wake(String rollOutId) {
        told.remove(rollOutId);
        try {
            if (rollOuts.underWay(rollOutId, MOVING) <= rowsAtOnce.of(rollOutId) / 2) {
                postponed.wake(rollOutId);
            }
        } catch (RuntimeException failed) {
            LOG.debug("Roll-out {} was not woken and will look by itself: {}", rollOutId, failed.toString());
        }
    }
}
