; Setup of Exception Desk for Windows, per machine. Silent: Setup.exe /S /SERVER=URL /LANG=zh|en /MODELS=FOLDER|none
; /NOSHORTCUTS=1 /LOG=FILE /D=FOLDER (last, unquoted). Exit codes: 0; 87 bad argument; 1603 failed; 1618 program is running;
; 1638 a newer version, or the MSI of this product, is installed.
Unicode true
Target amd64-unicode
ManifestDPIAware true
Name "Exception Desk"
OutFile "@OUT@"
InstallDir "$PROGRAMFILES64\ExceptionDesk"
RequestExecutionLevel admin
SetCompressor @COMPRESSOR@
ShowInstDetails nevershow
VIProductVersion "@VERSION@.0"
VIAddVersionKey ProductName "Exception Desk"
VIAddVersionKey FileDescription "Exception Desk Setup"
VIAddVersionKey FileVersion "@VERSION@"
VIAddVersionKey ProductVersion "@VERSION@"
VIAddVersionKey LegalCopyright "The Exception Desk authors"
!include LogicLib.nsh
!include x64.nsh
!include WordFunc.nsh
!define HOME "Software\ExceptionDesk"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\ExceptionDesk"
Var Server
Var Tongue
Var NoShortcuts
Var Log
Var Found
Var Models
@SIGN_UNINSTALLER@
!include "MUI2.nsh"
!define MUI_ICON "@ICON@"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

; GetOptions cuts a value at "//" (every URL). Looks for the name on the stack, such as "/LOG=", and leaves its value there:
; what follows up to a space, or up to the closing quote of /LOG="a b" and of "/LOG=a b".
!macro ArgumentFunction un
Function ${un}Argument
  Exch $0
  Push $1
  Push $2
  Push $3
  Push $4
  Push $5
  StrLen $1 $0
  StrCpy $2 1
  StrCpy $4 ""
  ${Do}
    StrCpy $3 $CMDLINE $1 $2
    ${If} $3 == ""
      ${ExitDo}
    ${EndIf}
    IntOp $5 $2 - 1
    StrCpy $5 $CMDLINE 1 $5
    ${If} $3 == $0
      ${If} $5 == " "
      ${OrIf} $5 == '"'
        IntOp $2 $2 + $1
        StrCpy $3 $CMDLINE 1 $2
        ${If} $3 == '"'
          StrCpy $5 '"'
          IntOp $2 $2 + 1
        ${EndIf}
        ${Do}
          StrCpy $3 $CMDLINE 1 $2
          ${If} $3 == ""
          ${OrIf} $3 == $5
            ${ExitDo}
          ${EndIf}
          StrCpy $4 "$4$3"
          IntOp $2 $2 + 1
        ${Loop}
        ${ExitDo}
      ${EndIf}
    ${EndIf}
    IntOp $2 $2 + 1
  ${Loop}
  StrCpy $0 $4
  Pop $5
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Exch $0
FunctionEnd
!macroend
!insertmacro ArgumentFunction ""
!insertmacro ArgumentFunction "un."

!macro Note TEXT
  ${If} $Log != ""
    FileOpen $R9 "$Log" a
    FileSeek $R9 0 END
    FileWrite $R9 "${TEXT}$\r$\n"
    FileClose $R9
  ${EndIf}
!macroend

!macro Refuse CODE TEXT
  !insertmacro Note "refused (${CODE}): ${TEXT}"
  SetErrorLevel ${CODE}
  IfSilent +2
    MessageBox MB_ICONSTOP "${TEXT}"
  Quit
!macroend

Function .onInit
  SetRegView 64
  Push "/LOG="
  Call Argument
  Pop $Log
  Push "/SERVER="
  Call Argument
  Pop $Server
  Push "/LANG="
  Call Argument
  Pop $Tongue
  Push "/MODELS="
  Call Argument
  Pop $Models
  Push "/NOSHORTCUTS="
  Call Argument
  Pop $NoShortcuts
  !insertmacro Note "Exception Desk @VERSION@ Setup"
  ${If} $Server != ""
    StrCpy $0 $Server 7
    StrCpy $1 $Server 8
    ${If} $0 != "http://"
    ${AndIf} $1 != "https://"
      !insertmacro Refuse 87 "/SERVER= must begin with http:// or https://"
    ${EndIf}
  ${EndIf}
  ${If} $Tongue != ""
  ${AndIf} $Tongue != "zh"
  ${AndIf} $Tongue != "en"
    !insertmacro Refuse 87 "/LANG= must be zh or en"
  ${EndIf}
  ReadRegStr $Found HKLM "${HOME}" "InstalledBy"
  ${If} $Found == "msi"
    !insertmacro Refuse 1638 "The MSI package of Exception Desk is installed: upgrade or remove it by MSI."
  ${EndIf}
  ReadRegStr $Found HKLM "${HOME}" "Version"
  ${If} $Found != ""
    ${VersionCompare} $Found "@VERSION@" $0
    ${If} $0 == 1
      !insertmacro Refuse 1638 "A newer version of Exception Desk is installed."
    ${EndIf}
    ReadRegStr $0 HKLM "${HOME}" "InstallDir"
    ${If} $0 != ""
    ${AndIf} $INSTDIR == "$PROGRAMFILES64\ExceptionDesk"
      StrCpy $INSTDIR $0
    ${EndIf}
  ${EndIf}
  IfFileExists "$INSTDIR\exception-desk.exe" 0 free
  ClearErrors
  FileOpen $0 "$INSTDIR\exception-desk.exe" a
  ${If} ${Errors}
    !insertmacro Refuse 1618 "Exception Desk is running: close it first. Commands that are not sent yet are kept."
  ${EndIf}
  FileClose $0
  free:
FunctionEnd

Section
  SetRegView 64
  SetShellVarContext all
  ; What an older version brought and this one does not have must not stay behind; IT's and people's files are elsewhere.
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\packages"
  RMDir /r "$INSTDIR\program"
  RMDir /r "$INSTDIR\python"
  ClearErrors
  SetOutPath "$INSTDIR"
  File /r "@PAYLOAD@/*"
  ${If} $Models != "none"
  @MODELS@
  ${EndIf}
  ${If} ${Errors}
    !insertmacro Refuse 1603 "Files could not be written to $INSTDIR."
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "${HOME}" "InstalledBy" "nsis"
  WriteRegStr HKLM "${HOME}" "Version" "@VERSION@"
  WriteRegStr HKLM "${HOME}" "InstallDir" "$INSTDIR"
  ; A value that is there already is IT's; only a given one replaces it.
  ${If} $Server == ""
    ReadRegStr $0 HKLM "${HOME}" "Server"
    ${If} $0 == ""
      StrCpy $Server "@SERVER_URL@"
    ${EndIf}
  ${EndIf}
  ${If} $Server != ""
    WriteRegStr HKLM "${HOME}" "Server" $Server
  ${EndIf}
  ${If} $Tongue != ""
    WriteRegStr HKLM "${HOME}" "Language" $Tongue
  ${EndIf}
  ${If} $Models != ""
  ${AndIf} $Models != "none"
    WriteRegStr HKLM "${HOME}" "Models" $Models
  ${EndIf}
  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "Exception Desk"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "@VERSION@"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\exception-desk.exe"
  WriteRegStr HKLM "${UNINSTALL}" "Publisher" "The Exception Desk authors"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL}" "EstimatedSize" @KILOBYTES@
  ${If} $NoShortcuts == ""
    CreateShortcut "$SMPROGRAMS\Exception Desk.lnk" "$INSTDIR\exception-desk.exe"
  ${EndIf}
  !insertmacro Note "installed in $INSTDIR"
  SetErrorLevel 0
SectionEnd

Function un.onInit
  SetRegView 64
  Push "/LOG="
  Call un.Argument
  Pop $Log
  ClearErrors
  IfFileExists "$INSTDIR\exception-desk.exe" 0 free
  FileOpen $0 "$INSTDIR\exception-desk.exe" a
  ${If} ${Errors}
    !insertmacro Refuse 1618 "Exception Desk is running: close it first."
  ${EndIf}
  FileClose $0
  free:
FunctionEnd

Section un.install
  SetRegView 64
  SetShellVarContext all
  Delete "$SMPROGRAMS\Exception Desk.lnk"
  @DELETIONS@
  @MODEL_DELETIONS@
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKLM "${UNINSTALL}"
  DeleteRegKey HKLM "${HOME}"
  ; Commands that are not sent yet live in people's profiles. They go only when IT says so, and only this user's.
  Push "/REMOVEDATA="
  Call un.Argument
  Pop $0
  ${If} $0 == "1"
    SetShellVarContext current
    RMDir /r "$LOCALAPPDATA\exception-desk"
  ${EndIf}
  !insertmacro Note "removed from $INSTDIR"
SectionEnd
