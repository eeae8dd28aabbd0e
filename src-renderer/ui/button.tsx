import type { ReactNode } from 'react'
import { Button, Tooltip, TooltipTrigger, ToggleButton } from 'react-aria-components'
import { shortcutText, thisPlatform, type Shortcut } from './keys'
import './button.css'

interface IconButtonProps {
  readonly name: string
  readonly children: ReactNode
  readonly onPress?: (() => void) | undefined
  readonly shortcut?: Shortcut | undefined
  readonly isDisabled?: boolean | undefined
  readonly small?: boolean | undefined
  readonly className?: string | undefined
  /** False inside lists, where arrows lead to it. */
  readonly isTabStop?: boolean | undefined
}

const tooltipDelayMilliseconds = 500

/** An icon that always has a name and a tooltip. */
export function IconButton({ name, children, onPress, shortcut, isDisabled = false, small = false, className = '', isTabStop = true }: IconButtonProps): ReactNode {
  return (
    <TooltipTrigger delay={tooltipDelayMilliseconds}>
      <Button className={`icon-button ${small ? 'icon-button-small' : ''} ${className}`} aria-label={name} isDisabled={isDisabled} excludeFromTabOrder={!isTabStop} {...(onPress === undefined ? {} : { onPress })}>
        {children}
      </Button>
      <Hint name={name} shortcut={shortcut} />
    </TooltipTrigger>
  )
}

interface IconToggleProps {
  readonly name: string
  readonly children: ReactNode
  readonly isSelected: boolean
  readonly onChange: (selected: boolean) => void
  readonly shortcut?: Shortcut | undefined
}

export function IconToggle({ name, children, isSelected, onChange, shortcut }: IconToggleProps): ReactNode {
  return (
    <TooltipTrigger delay={tooltipDelayMilliseconds}>
      <ToggleButton className="icon-button" aria-label={name} isSelected={isSelected} onChange={onChange}>
        {children}
      </ToggleButton>
      <Hint name={name} shortcut={shortcut} />
    </TooltipTrigger>
  )
}

function Hint({ name, shortcut }: { readonly name: string; readonly shortcut: Shortcut | undefined }): ReactNode {
  return (
    <Tooltip className="hint" offset={6}>
      {name}
      {shortcut !== undefined && <kbd>{shortcutText(shortcut, thisPlatform)}</kbd>}
    </Tooltip>
  )
}

interface TextButtonProps {
  readonly children: ReactNode
  readonly onPress?: (() => void) | undefined
  readonly kind?: 'main' | 'plain' | 'bad' | 'link' | undefined
  readonly isDisabled?: boolean | undefined
  readonly type?: 'button' | 'submit' | undefined
  readonly autoFocus?: boolean | undefined
}

export function TextButton({ children, onPress, kind = 'plain', isDisabled = false, type = 'button', autoFocus = false }: TextButtonProps): ReactNode {
  return (
    <Button className={`text-button text-button-${kind}`} isDisabled={isDisabled} type={type} autoFocus={autoFocus} {...(onPress === undefined ? {} : { onPress })}>
      {children}
    </Button>
  )
}
