; Removes the store of the person who runs it, unsent commands and all. For the MSI, which has no such action of its own.
Unicode true
Target amd64-unicode
Name "exception-desk forget"
OutFile "@OUT@"
SilentInstall silent
RequestExecutionLevel user
Section
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\exception-desk"
SectionEnd
