/** Carries out a roll-out: its rows are flows of their own, sent on their way and assigned some at a time. */
package org.signonflow.process.rollout;
