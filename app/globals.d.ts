declare namespace JSX {
  interface IntrinsicElements {
    /** App Bridge's menu: its links appear in the Shopify admin's own navigation. */
    "ui-nav-menu": React.DetailedHTMLProps<React.HTMLAttributes<HTMLElement>, HTMLElement>;
  }
}
