// Draws each model as an SVG beside it, with the viewer that Cockpit uses and a Chromium (CHROMIUM, or /usr/bin/chromium).
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import puppeteer from 'puppeteer-core';

const viewer = createRequire(import.meta.url).resolve('bpmn-js/dist/bpmn-viewer.production.min.js');
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
});
const page = await browser.newPage();
await page.setContent('<div id="canvas" style="width: 2400px; height: 1200px"></div>');
await page.addScriptTag({ path: viewer });
for (const model of process.argv.slice(2)) {
  const svg = await page.evaluate(async xml => {
    const drawing = new BpmnJS({ container: '#canvas' });
    const { warnings } = await drawing.importXML(xml);
    if (warnings.length) throw new Error(warnings.map(String).join('\n'));
    const { svg } = await drawing.saveSVG();
    drawing.destroy();
    return svg;
  }, await readFile(model, 'utf8'));
  // Marker ids are random at each drawing; numbered, an unchanged model keeps an unchanged picture.
  const ids = [...new Set(svg.match(/(?<=id=")[^"]*marker[^"]*|(?<=id=")marker-[^"]*/g) ?? [])];
  await writeFile(model.replace(/\.bpmn$/, '.svg'), ids.reduce((text, id, i) => text.replaceAll(id, `marker-${i}`), svg));
}
await browser.close();
