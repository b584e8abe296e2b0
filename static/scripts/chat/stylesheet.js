const loads = new Map();

/** Loads a stylesheet that the page did without until now. */
export function stylesheet(href) {
  if (!loads.has(href)) loads.set(href, load(href));
  return loads.get(href);
}

function load(href) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      loads.delete(href);
      reject(new Error(href));
    };
    document.head.append(link);
  });
}
