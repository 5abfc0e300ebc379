import {
  Checkbox as PolarisCheckbox,
  ChoiceList as PolarisChoiceList,
  Select as PolarisSelect,
  TextField as PolarisTextField,
} from "@shopify/polaris";
import type { ReactNode } from "react";
import { given } from "./given.ts";

interface FieldProps {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  readonly name?: string;
}

/** One line (or some lines) of text; the error stands under it. */
export function TextField(
  props: FieldProps & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly type?: "text" | "url" | "number" | "search" | "time" | "datetime-local" | undefined;
    readonly placeholder?: string | undefined;
    readonly suffix?: string | undefined;
    readonly prefix?: ReactNode;
    readonly lines?: number | undefined;
    readonly least?: number | undefined;
    readonly autoFocus?: boolean | undefined;
    readonly onClear?: (() => void) | undefined;
    readonly maxLength?: number | undefined;
  },
) {
  return (
    <PolarisTextField
      label={props.label}
      labelHidden={props.labelHidden === true}
      value={props.value}
      onChange={props.onChange}
      autoComplete="off"
      {...given({
        name: props.name,
        type: props.type,
        placeholder: props.placeholder,
        suffix: props.suffix,
        prefix: props.prefix,
        helpText: props.help,
        error: props.error,
        min: props.least,
        autoFocus: props.autoFocus,
        maxLength: props.maxLength,
        multiline: props.lines,
        clearButton: props.onClear ? props.value !== "" : undefined,
        onClearButtonClick: props.onClear,
      })}
    />
  );
}

/** One of a few. */
export function Select(
  props: FieldProps & {
    readonly options: readonly { readonly label: string; readonly value: string }[];
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly labelInline?: boolean;
  },
) {
  return (
    <PolarisSelect
      label={props.label}
      labelHidden={props.labelHidden === true}
      labelInline={props.labelInline === true}
      options={[...props.options]}
      value={props.value}
      onChange={props.onChange}
      {...given({ name: props.name, helpText: props.help, error: props.error })}
    />
  );
}

/** Some of several, or one of several with more to say about each. */
export function ChoiceList(
  props: FieldProps & {
    readonly choices: readonly {
      readonly label: string;
      readonly value: string;
      readonly help?: string;
    }[];
    readonly selected: readonly string[];
    readonly onChange: (selected: string[]) => void;
    readonly many?: boolean;
  },
) {
  return (
    <PolarisChoiceList
      title={props.label}
      titleHidden={props.labelHidden === true}
      allowMultiple={props.many === true}
      choices={props.choices.map(({ help, ...choice }) => ({
        ...choice,
        ...given({ helpText: help }),
      }))}
      selected={[...props.selected]}
      onChange={props.onChange}
      {...given({ name: props.name, error: props.error })}
    />
  );
}

/** A switch between two states that takes effect at once. */
export function Checkbox(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly help?: ReactNode;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <PolarisCheckbox
      label={props.label}
      checked={props.checked}
      onChange={props.onChange}
      {...given({ helpText: props.help })}
    />
  );
}
