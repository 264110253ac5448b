"use strict";
(() => {
  const tip = document.getElementById("tip");
  const show = (text, x, y) => {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = x + 14 + box.width > innerWidth ? x - 14 - box.width : x + 14;
    const top = y - box.height - 10 < 0 ? y + 16 : y - box.height - 10;
    tip.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
  };
  const hide = () => { tip.hidden = true; };

  // Pointer to the drawing's own coordinates and back.
  const inside = (svg, event) =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const outside = (svg, x, y) => new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());

  for (const chart of document.querySelectorAll(".chart")) {
    const points = chart.dataset.points.split("\n").map(line => {
      const [x, y, text] = line.split("|");
      return {x: +x, y: +y, text};
    });
    const cross = chart.querySelector(".cross");
    const [line, dot] = cross.children;
    let at = points.length - 1;
    const mark = index => {
      at = Math.max(0, Math.min(points.length - 1, index));
      const {x, y, text} = points[at];
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      cross.removeAttribute("hidden");
      const screen = outside(chart, x, y);
      show(text, screen.x, screen.y);
    };
    const clear = () => {
      cross.setAttribute("hidden", "");
      hide();
    };
    chart.addEventListener("pointermove", event => {
      const {x} = inside(chart, event);
      let nearest = 0;
      points.forEach((point, i) => {
        if (Math.abs(point.x - x) < Math.abs(points[nearest].x - x)) nearest = i;
      });
      mark(nearest);
    });
    chart.addEventListener("pointerleave", clear);
    chart.addEventListener("blur", clear);
    chart.addEventListener("keydown", event => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (step) {
        event.preventDefault();
        mark(cross.hasAttribute("hidden") ? at : at + step);
      }
    });
  }

  const maps = document.querySelector(".maps");
  if (maps) {
    const drawings = [...maps.querySelectorAll(".map")].map(svg => ({
      svg,
      here: svg.querySelector(".here"),
      classes: [...svg.querySelectorAll("path")].map(path => ({
        path,
        points: [...path.getAttribute("d").matchAll(/M([\d.-]+) ([\d.-]+)/g)].map(m => [+m[1], +m[2]]),
      })),
    }));
    const [first, second] = drawings;
    const linked = maps.hasAttribute("data-linked");
    const picked = new Set();
    const light = classes => {
      maps.classList.toggle("picked", classes.size > 0);
      for (const path of maps.querySelectorAll("path")) {
        path.classList.toggle("on", classes.has(path.dataset.class));
      }
    };
    const buttons = document.querySelectorAll(".legend button");
    for (const button of buttons) {
      const name = button.dataset.class;
      button.addEventListener("click", () => {
        if (!picked.delete(name)) picked.add(name);
        button.setAttribute("aria-pressed", picked.has(name));
        light(picked);
      });
      button.addEventListener("pointerenter", () => light(new Set([...picked, name])));
      button.addEventListener("pointerleave", () => light(picked));
    }
    const ring = (drawing, point) => {
      drawing.here.setAttribute("cx", point[0]);
      drawing.here.setAttribute("cy", point[1]);
      drawing.here.removeAttribute("hidden");
    };
    const clear = () => {
      drawings.forEach(d => d.here.setAttribute("hidden", ""));
      hide();
    };
    for (const drawing of drawings) {
      drawing.svg.addEventListener("pointermove", event => {
        const p = inside(drawing.svg, event);
        let best = null;
        let nearest = 12 * 12;
        for (const {path, points} of drawing.classes) {
          if (picked.size && !picked.has(path.dataset.class)) continue;
          points.forEach((q, i) => {
            const distance = (q[0] - p.x) ** 2 + (q[1] - p.y) ** 2;
            if (distance < nearest) {
              nearest = distance;
              best = {path, i, q};
            }
          });
        }
        clear();
        if (!best) return;
        ring(drawing, best.q);
        const other = drawing === first ? second : first;
        if (linked && other) {
          const twin = other.classes.find(c => c.path.dataset.class === best.path.dataset.class);
          if (twin && twin.points[best.i]) ring(other, twin.points[best.i]);
        }
        const screen = outside(drawing.svg, best.q[0], best.q[1]);
        show(best.path.dataset.name, screen.x, screen.y);
      });
      drawing.svg.addEventListener("pointerleave", clear);
    }
  }

  for (const box of document.querySelectorAll(".copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const text = box.querySelector("pre").textContent;
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(box.querySelector("pre"));
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    box.append(button);
  }

  // Paper has nothing to click on.
  const opened = [];
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.open = true;
      opened.push(details);
    }
  });
  addEventListener("afterprint", () => {
    opened.splice(0).forEach(details => { details.open = false; });
  });
})();
