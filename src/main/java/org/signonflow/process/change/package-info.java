/** What the record of changes takes from the engine, and what people may do with a change. */
package org.signonflow.process.change;
