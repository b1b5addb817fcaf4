/** A list of tags. */
export function Tags({ tags }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const toggle = useCallback(() => setOpen((o) => !o), []);
  const render = (tag: string) => <li key={tag}>{tag}</li>;
  return <ul onClick={() => toggle()}>{tags.map(render)}</ul>;
}
export const Row = forwardRef<HTMLDivElement, Props>((props, ref) => <div ref={ref} {...props} />);
