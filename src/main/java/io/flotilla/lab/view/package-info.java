/**
 * Shows a run: as text ({@link io.flotilla.lab.view.TextTrace}), as one web page ({@link
 * io.flotilla.lab.view.HtmlPage}), and as a log for ShiViz ({@link
 * io.flotilla.lab.view.ShivizLog}).
 */
package io.flotilla.lab.view;
