import { baseKeymap, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { defaultMarkdownParser, defaultMarkdownSerializer, schema } from "prosemirror-markdown";
import type { Node } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { type Command, EditorState, Selection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";

// The editor, which pages load when somebody writes: Markdown comes in and goes out.

export type Format = "bold" | "italic" | "list" | "numbered" | "quote" | "code";

export type Editor = {
  /** Puts another text in its place. */
  write(text: string, isMarkdown: boolean): void;
  /** Puts Markdown where the cursor stands. */
  insert(markdown: string): void;
  insertPicture(picture: { id: string; name: string }): void;
  toggle(format: Format): void;
  /** Of what is selected; where nothing is, the address itself is put in. */
  link(address: string): void;
  focus(): void;
  /** Behind all of the text. */
  focusEnd(): void;
  close(): void;
};

type Options = {
  label: string;
  language: string | undefined;
  text: string;
  isMarkdown: boolean;
  onChange(markdown: string): void;
  onBlur(): void;
  /** @returns whether somebody took them */
  onFiles(files: File[]): boolean;
  onKey(event: KeyboardEvent): boolean;
};

const { nodes, marks } = schema;

export function openEditor(place: HTMLElement, options: Options): Editor {
  const view = new EditorView(place, {
    state: stateOf(docOf(options.text, options.isMarkdown)),
    attributes: {
      role: "textbox",
      "aria-multiline": "true",
      "aria-label": options.label,
      class: "letter-editor",
      ...(options.language && { lang: options.language }),
    },
    nodeViews: { image: pictureView },
    dispatchTransaction(transaction) {
      view.updateState(view.state.apply(transaction));
      if (transaction.docChanged) options.onChange(defaultMarkdownSerializer.serialize(view.state.doc));
    },
    handlePaste: (_, event) => options.onFiles([...(event.clipboardData?.files ?? [])]),
    handleDrop: (_, event) => options.onFiles([...(event.dataTransfer?.files ?? [])]),
    handleDOMEvents: {
      blur: () => (options.onBlur(), false),
      keydown: (_, event) => options.onKey(event),
    },
  });
  const run = (command: Command) => {
    command(view.state, view.dispatch, view);
    view.focus();
  };
  return {
    write: (text, isMarkdown) => view.updateState(stateOf(docOf(text, isMarkdown))),
    insert(markdown) {
      const doc = docOf(markdown, true);
      view.dispatch(view.state.tr.replaceSelection(doc.slice(0, doc.content.size)).scrollIntoView());
    },
    insertPicture({ id, name }) {
      const picture = nodes.image.create({ src: `upload:${id}`, alt: name });
      view.dispatch(view.state.tr.replaceSelectionWith(picture).scrollIntoView());
    },
    toggle: (format) => run(COMMANDS[format]),
    link(address) {
      const { state } = view;
      const mark = marks.link.create({ href: address });
      const { from, to, empty } = state.selection;
      const linked = empty
        ? state.tr.replaceSelectionWith(schema.text(address, [mark]), false)
        : state.tr.addMark(from, to, mark);
      view.dispatch(linked);
      view.focus();
    },
    focus: () => view.focus(),
    focusEnd() {
      view.dispatch(view.state.tr.setSelection(Selection.atEnd(view.state.doc)));
      view.focus();
    },
    close: () => view.destroy(),
  };
}

const COMMANDS: Record<Format, Command> = {
  bold: toggleMark(marks.strong),
  italic: toggleMark(marks.em),
  list: wrapInList(nodes.bullet_list),
  numbered: wrapInList(nodes.ordered_list),
  quote: wrapIn(nodes.blockquote),
  code: (state, dispatch, view) =>
    (state.selection.empty ? setBlockType(nodes.code_block) : toggleMark(marks.code))(state, dispatch, view),
};

const hardBreak: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
};

function stateOf(doc: Node): EditorState {
  return EditorState.create({
    doc,
    selection: Selection.atEnd(doc), // Whoever was typing when the editor came goes on where they were.
    plugins: [
      history(),
      inputRules({
        rules: [
          wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
          wrappingInputRule(/^\s*([-*])\s$/, nodes.bullet_list),
          wrappingInputRule(/^(\d+)\.\s$/, nodes.ordered_list, ([, order]) => ({ order: Number(order) })),
          textblockTypeInputRule(/^```$/, nodes.code_block),
        ],
      }),
      keymap({
        "Mod-b": COMMANDS.bold,
        "Mod-i": COMMANDS.italic,
        "Mod-z": undo,
        "Mod-y": redo,
        "Shift-Mod-z": redo,
        "Shift-Enter": hardBreak,
        Enter: splitListItem(nodes.list_item),
        "Mod-[": liftListItem(nodes.list_item),
        "Mod-]": sinkListItem(nodes.list_item),
      }),
      keymap(baseKeymap),
    ],
  });
}

function docOf(text: string, isMarkdown: boolean): Node {
  if (isMarkdown) return defaultMarkdownParser.parse(text);
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph.split("\n").flatMap((line, index) => {
      const words = line === "" ? [] : [schema.text(line)];
      return index === 0 ? words : [nodes.hard_break.create(), ...words];
    });
    return nodes.paragraph.create(null, lines);
  });
  return nodes.doc.create(null, paragraphs);
}

/** A picture that goes with the letter is shown from where it was handed over; no other is fetched. */
function pictureView(node: Node) {
  const dom = document.createElement("img");
  const id = /^upload:([0-9a-f-]{36})$/.exec(String(node.attrs.src))?.[1];
  if (id !== undefined) dom.src = `/api/v1/uploads/${id}`;
  dom.alt = String(node.attrs.alt ?? "");
  return { dom };
}
