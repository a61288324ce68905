/** What a flow may be started with, by whom, and how many at a time. */
package org.signonflow.process.request;
