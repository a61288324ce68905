package org.signonflow.process.approval;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.time.Duration;

/** How long an approval may wait. The models' timers refer to this bean by name. */
@Component
public class ApprovalTimes {

    private final Duration reminderAfter;
    private final Duration expiresAfter;

    ApprovalTimes(@Value("${signonflow.approval.reminder-after}") Duration reminderAfter,
                  @Value("${signonflow.approval.expires-after}") Duration expiresAfter) {
        this.reminderAfter = reminderAfter;
        this.expiresAfter = expiresAfter;
    }

    /** When the task's priority is raised, as an ISO 8601 duration. */
    public String reminderAfter() {
        return reminderAfter.toString();
    }

    /** When a pending approval counts as declined, as an ISO 8601 duration. */
    public String expiresAfter() {
        return expiresAfter.toString();
    }
}
